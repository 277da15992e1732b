"""What goes into the frozen build: the names that the spec, its hooks, the checks and the tests share."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import PurePosixPath

QT_MODULES = ("QtCore", "QtDBus", "QtGui", "QtMultimedia", "QtNetwork", "QtWidgets")
"""Bindings that the build holds. QtMultimedia imports QtNetwork, which speaks to a second start of Cuefit, too."""

QT_PLUGINS = (
    "iconengines/*qsvgicon*",
    "imageformats/*qsvg*",
    "multimedia/*ffmpegmediaplugin*",
    "platforminputcontexts/*composeplatforminputcontextplugin*",
    "platforminputcontexts/*ibusplatforminputcontextplugin*",
    "platforms/*qcocoa*",
    "platforms/*qoffscreen*",
    "platforms/*qwayland*",
    "platforms/*qwindows*",
    "platforms/*qxcb*",
    "platformthemes/*qxdgdesktopportal*",
    "styles/*",
    "wayland-decoration-client/*",
    "wayland-graphics-integration-client/*qt-plugin-wayland-egl*",
    "wayland-shell-integration/*xdg-shell*",
    "xcbglintegrations/*",
)
"""Plug-ins of Qt, by folder and file name on any system. PNG needs none; TLS, SQL drivers and QML are left out, and so
is the GTK theme, which would bring the build machine's whole GTK: the portal's theme has native file dialogs, too."""

QT_TRANSLATIONS = ("qtbase_*.qm",)
"""Standard buttons and dialogs; in every language, so that a new language of Cuefit needs no change here."""

EXCLUDED_MODULES = (
    *("trainer", "keras", "tensorflow", "jax", "sklearn", "librosa", "numba", "torch", "pandas", "matplotlib"),
    *("pytest", "hypothesis", "setuptools", "pkg_resources", "pip", "IPython", "PIL", "lxml", "yaml"),
    *("attr", "attrs", "charset_normalizer", "ipywidgets", "cupy", "dask", "ndonnx", "sparse", "h5py"),
    *("tkinter", "_tkinter", "turtle", "idlelib", "lib2to3", "pydoc_data", "ensurepip"),
    *("ssl", "_ssl"),  # nothing is sent or fetched
    *("ai_edge_litert.aot", "ai_edge_litert.tools", "ai_edge_litert.vendors", "google.protobuf", "ml_dtypes"),
    *("pygments", "markdown_it"),  # rich needs them to show code and Markdown
    # scipy.fft and scipy.special are used, and load none of these; since SciPy 1.18 they load scipy.linalg
    *("scipy.sparse", "scipy.stats", "scipy.optimize", "scipy.integrate", "scipy.interpolate"),
    *("scipy.spatial", "scipy.io", "scipy.ndimage", "scipy.signal", "scipy.cluster", "scipy.odr", "scipy.datasets"),
    *("opentimelineio.console", "opentimelineio.test_utils"),
    *("PySide6.QtMultimediaWidgets", "PySide6.QtOpenGL", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.scripts"),
)
"""Never imported by the application, whatever the environment that it is built in holds."""

HOST_LIBRARIES = (
    *("libstdc++.so.*", "libgcc_s.so.*", "libmvec.so.*"),
    *("libX11.so.*", "libX11-xcb.so.*", "libxcb.so.*", "libXau.so.*", "libXdmcp.so.*", "libXext.so.*"),
    *("libdrm.so.*", "libexpat.so.*", "libfontconfig.so.*", "libfreetype.so.*", "libz.so.*"),
)
"""Linux libraries that every desktop has, and that its graphics drivers, fonts and C library must agree with: a copy
from the build machine would come before the newer one of the user's system."""

METADATA_READ_AT_RUN_TIME = ("opentimelineio", "otio-cmx3600-adapter", "otio-fcp-adapter")
"""Distributions whose entry points are looked up: OpenTimelineIO finds its adapters by them."""

PLUGIN_PACKAGES = ("opentimelineio", "otio_cmx3600_adapter", "otio_fcp_adapter")
"""Packages that load their own manifests, and modules named in them, as files."""

EXECUTABLES = {"console": "cuefit", "desktop": "cuefit-desktop"}
"""Names without suffix. They differ in more than case: file systems of Windows and macOS don't tell cases apart."""


def is_kept(destination: str) -> bool:
    """Whether a binary or data file that PyInstaller would collect belongs into the build.

    Parameters
    ----------
    destination : path in the build, with either separator
    """
    path = PurePosixPath(destination.replace("\\", "/"))
    if len(path.parts) == 1 and any(fnmatchcase(path.name, pattern) for pattern in HOST_LIBRARIES):
        return False
    if path.name == "opengl32sw.dll":  # Mesa's software renderer, 20 MB: the widgets are painted without OpenGL
        return False
    if "PySide6" not in path.parts:
        return True
    inside = path.parts[path.parts.index("PySide6") + 1 :]
    if "plugins" in inside:
        name = "/".join(inside[inside.index("plugins") + 1 :])
        return any(fnmatchcase(name, pattern) for pattern in QT_PLUGINS)
    if "translations" in inside:
        return any(fnmatchcase(path.name, pattern) for pattern in QT_TRANSLATIONS)
    return "qml" not in inside
