import type { Page } from 'playwright-core';

/** Of WCAG 2, level AA, for text of ordinary size. */
const LEAST = 4.5;

/**
 * Every text in sight whose contrast to what is behind it is too low, in words. Colors are read from a canvas, which turns
 * any notation into bytes; of an SVG the ground is the nearest box that is painted.
 */
export async function leastContrast(page: Page): Promise<string[]> {
  return page.evaluate(`(${inPage})(${LEAST})`);
}

/** Runs in the page, as text: the tests have no types of a browser. */
const inPage = `(least) => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return { r, g, b, a: a / 255 };
  };
  const over = (top, below) => {
    const mix = (a, b) => a * top.a + b * (1 - top.a);
    return { r: mix(top.r, below.r), g: mix(top.g, below.g), b: mix(top.b, below.b), a: 1 };
  };
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const groundOf = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const box = one.tagName === 'g' ? one.querySelector(':scope > rect') : undefined;
      const color = rgba(box ? getComputedStyle(box).fill : getComputedStyle(one).backgroundColor);
      if (color.a > 0) layers.push(color);
      if (color.a === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), { r: 255, g: 255, b: 255, a: 1 });
  };
  const bad = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.data.trim();
    if (text === '' || element.closest('.unseen, script, noscript') || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const ground = groundOf(element);
    const ink = over(rgba(element.namespaceURI.endsWith('svg') ? style.fill : style.color), ground);
    const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < least) bad.push(text.slice(0, 40) + ': ' + contrast.toFixed(2) + ' (' + element.className + ')');
  }
  return [...new Set(bad)];
}`;
