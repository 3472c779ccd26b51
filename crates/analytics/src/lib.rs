//! Activity in, series out; and the one module that draws them as SVG.
