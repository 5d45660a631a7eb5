"""The widgets: a prompt form, a mask canvas, a result grid."""
