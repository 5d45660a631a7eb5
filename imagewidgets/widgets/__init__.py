"""The widgets: a prompt form, a mask canvas, a result grid."""

from IPython import get_ipython

from imagewidgets.widgets.kernel_threads import let_threads_send

let_threads_send(get_ipython())
