// The official Node SDK drives the local server, and says in JSON what it got. What is in the pictures is looked at
// in Python (test_node_sdk.py).
// Usage: node node_sdk.cjs FOLDER_OF_THE_SDK BASE_URL KEY, with {"image": base64, "mask": base64} on the standard input.

const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");
const [folder, baseURL, apiKey] = process.argv.slice(2);
const { OpenAI, toFile } = createRequire(`${folder}/`)("openai");

const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const given = JSON.parse(readFileSync(0, "utf8"));
const png = (name) => toFile(Buffer.from(given[name], "base64"), `${name}.png`, { type: "image/png" });
const prompt = "a fox";

async function fetched(url) {
  return Buffer.from(await (await fetch(url)).arrayBuffer()).toString("base64");
}

async function events(stream) {
  const found = [];
  for await (const event of stream) found.push(event);
  return found;
}

async function failure(call) {
  try {
    await call;
  } catch (error) {
    const { status, param, code, requestID } = error;
    return { name: error.constructor.name, status, param, code, requestID };
  }
  return null;
}

async function main() {
  const told = {};
  told.models = (await client.models.list()).data.map((model) => model.id);
  told.model = await client.models.retrieve("sketch");
  const sized = { size: "1536x1024", quality: "low", output_format: "webp" };
  told.generated = await client.images.generate({ model: "gpt-image-1", prompt, n: 2, ...sized });
  const url = (await client.images.generate({ model: "dall-e-3", prompt, style: "natural" })).data[0];
  told.fetched = { revised: url.revised_prompt, file: await fetched(url.url) };
  told.edited = await client.images.edit({ model: "gpt-image-2", prompt, image: await png("image"), mask: await png("mask") });
  const several = [await png("image"), await png("image")];
  told.edited_several = await client.images.edit({ model: "gpt-image-1.5", prompt, image: several, n: 2 });
  const varied = { model: "dall-e-2", size: "256x256", response_format: "b64_json" };
  told.varied = await client.images.createVariation({ ...varied, image: await png("image") });
  const streaming = { stream: true, partial_images: 1 };
  told.stream = await events(await client.images.generate({ model: "gpt-image-2", prompt, n: 2, size: "256x256", ...streaming }));
  told.edit_stream = await events(
    await client.images.edit({ model: "gpt-image-2", prompt, image: await png("image"), ...streaming }),
  );
  told.failures = [
    await failure(client.images.generate({ model: "dall-e-3", prompt, size: "64x64" })),
    await failure(client.images.generate({ model: "gpt-image-2", prompt, response_format: "b64_json" })),
    await failure(client.images.generate({ model: "dall-e-9", prompt })),
    await failure(new OpenAI({ baseURL, apiKey: "sk-wrong", maxRetries: 0 }).models.list()),
  ];
  process.stdout.write(JSON.stringify(told));
}

main();
