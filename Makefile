# make lab      a virtual environment, the package in it, and JupyterLab on the quickstart
# make test     what is checked at each change: style, types, tests, notebooks, a real browser
# make browser  all tests in a real browser, also those that take too long for make test
# make bench    the measurements in tests/benchmarks
# make sheets   contact sheets of the sketch engine, to be looked at, in test-results/sketch
# make fuzz     the rules that tests state, on new examples, and thousands of requests made up by schemathesis; also by
#               the description that OpenAI publishes: make fuzz OPENAPI_IMAGES=its.json
# make pythons  the unit tests on each Python 3.10–3.13 installed here
# make kernels  a few browser tests with each ipykernel from 6.29 to 7.4
# make clean    away with all of it
#
# PYTHON=… picks the interpreter of the virtual environment, CHROMIUM=… the browser of the tests.

.POSIX:
.PHONY: help lab test browser bench sheets fuzz pythons kernels clean

help:
	@sed -n 's/^# \{0,1\}//p; /^$$/q' Makefile

lab: .venv/lab.stamp
	@sh .ci/lab

test: .venv/test.stamp
	@sh .ci/chromium
	@sh .ci/clients
	@sh .ci/test

browser: .venv/test.stamp
	@sh .ci/chromium
	@.venv/bin/pytest -q -n logical --maxprocesses=2 --dist=worksteal --ignore=tests/browser/test_kernels.py tests/browser

bench: .venv/test.stamp
	@sh .ci/chromium
	@sh .ci/bench

fuzz: .venv/test.stamp
	@.venv/bin/pytest -q -n 2 --hypothesis-profile=new tests/unit tests/client
	@SCHEMATHESIS_EXAMPLES=300 .venv/bin/pytest -q -p no:cacheprovider tests/local/test_openapi.py $${OPENAPI_IMAGES:+tests/published}

sheets: .venv/test.stamp
	@.venv/bin/python tests/benchmarks/sketch_sheets.py

pythons:
	@sh .ci/pythons

kernels: .venv/test.stamp
	@sh .ci/chromium
	@sh .ci/kernels

clean:
	rm -rf .venv .venvs .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp says that the environment holds what pyproject.toml asked for when it was made: a second run starts at once.
.venv/lab.stamp: pyproject.toml .ci/venv
	@sh .ci/venv lab

.venv/test.stamp: pyproject.toml .ci/venv
	@sh .ci/venv test
