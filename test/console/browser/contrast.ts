/** WCAG 2, level AA: for texts of the size that the page uses. */
const LEAST = 4.5;

/**
 * To be evaluated in the page: the texts in sight whose contrast with their ground is below 4.5:1, and how large it is.
 * @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
export const POOR_CONTRASTS = `(() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const over = ([r, g, b, a], [r2, g2, b2]) =>
    [[r, r2], [g, g2], [b, b2]].map(([top, under]) => (top * a + under * (255 - a)) / 255).concat(255);
  const ground = (element) => {
    if (element === null) return [255, 255, 255, 255];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 255 ? own : over(own, ground(element.parentElement));
  };
  const luminance = (color) => {
    const [r, g, b] = color.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.data.trim();
    if (text === '' || !element.checkVisibility() || element.closest('.unseen, :disabled, noscript') !== null) continue;
    const under = ground(element);
    const [light, dark] = [luminance(over(rgba(getComputedStyle(element).color), under)), luminance(under)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < ${LEAST}) poor.push(text.slice(0, 40) + ': ' + ratio.toFixed(2));
  }
  return poor;
})()`;
