// Tells the website around the frame how high the page in it is, so that it needs no scroll bar.
// The message holds the height and nothing else; without a website around there is none.

const tell = () => parent.postMessage({ height: Math.ceil(document.documentElement.getBoundingClientRect().height) }, "*");
if (parent !== window) new ResizeObserver(tell).observe(document.documentElement);
