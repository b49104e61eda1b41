// Sent to the browser as source: the texts of the page whose contrast with the ground they stand on is below 4.5
// (WCAG 2.2 section 1.4.3), each with its ratio. Plain JavaScript, so that the types of the DOM stay out of the project.
(() => {
  const LEAST = 4.5;
  const parse = (text) => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return text.startsWith('color(srgb') ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = ([r, g, b, a], under) => [r * a + under[0] * (1 - a), g * a + under[1] * (1 - a), b * a + under[2] * (1 - a), 1];
  const luminance = (color) => {
    const [r = 0, g = 0, b = 0] = color.slice(0, 3).map((channel) => {
      const part = channel / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    if (element === null) return [255, 255, 255, 1];
    const own = parse(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, ground(element.parentElement));
  };
  const low = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (element === null || text === '' || !element.checkVisibility() || element.closest('script, style') !== null) continue;
    const style = getComputedStyle(element);
    const isDrawn = element.closest('svg') !== null;
    /* A label of the drawing stands on a rectangle of its own group, everything else on its ancestors' grounds. */
    const rectangle = isDrawn ? (element.closest('g')?.querySelector('rect') ?? null) : null;
    const under = rectangle === null ? ground(element) : parse(getComputedStyle(rectangle).fill);
    const front = over(parse(isDrawn ? style.fill : style.color), under);
    const [a, b] = [luminance(front), luminance(under)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < LEAST)
      low.add(`${ratio.toFixed(2)} ${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}: ${text.slice(0, 40)}`);
  }
  return [...low];
})();
