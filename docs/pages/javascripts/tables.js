// A table that is wider than the phone scrolls in a box that the theme's script puts around it. Only a box that can have
// the focus can be scrolled with a keyboard.
const focusable = () =>
  document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])").forEach((box) => (box.tabIndex = 0));
new MutationObserver(focusable).observe(document.documentElement, { childList: true, subtree: true });
focusable();
