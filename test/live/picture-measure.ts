// What a reader's eye would stumble over in the pictures of a page, measured by the browser that shows it.

/** What is wrong with a page, and what it shows. */
export interface Measured {
  /** Words on words, boxes on boxes, words outside of their picture or their box. */
  readonly faults: readonly string[];
  /** Pixels that the page is wider than its window. */
  readonly over: number;
  /** Pictures that are shown, by their look. */
  readonly shown: readonly string[];
  /** Pixels that a shown picture is wider than what it is in. */
  readonly wider: Readonly<Record<string, number>>;
  /** The weakest contrast of words in a picture with what is behind them. */
  readonly contrast: number;
  /** The words of the pictures. */
  readonly words: string;
  /** Marks of a drop, by picture. */
  readonly stops: Readonly<Record<string, number>>;
}

/** An expression for the page. */
export const MEASURE = `(() => {
  const faults = [];
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const over = (a, b) => [Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)];
  const shown = [...document.querySelectorAll("svg")].filter((svg) => svg.getClientRects().length > 0);
  let contrast = 21;
  const wider = {};
  const stops = {};
  for (const svg of shown) {
    const look = svg.getAttribute("class");
    const view = svg.getBoundingClientRect();
    const { clientWidth, scrollWidth } = svg.parentElement;
    wider[look] = scrollWidth - clientWidth;
    stops[look] = svg.querySelectorAll(".stop").length;
    const texts = [...svg.querySelectorAll("text")].filter(({ textContent }) => textContent !== "").map((element) => ({ element, words: element.textContent, box: element.getBoundingClientRect() }));
    const boxes = [...svg.querySelectorAll("rect.spot, rect.stack")].map((element) => ({ element, box: element.getBoundingClientRect() }));
    texts.forEach(({ element, words, box }, at) => {
      if (box.left < view.left - 1 || box.right > view.right + 1 || box.top < view.top - 1 || box.bottom > view.bottom + 1) faults.push("outside: " + words);
      for (const other of texts.slice(0, at)) {
        const [x, y] = over(box, other.box);
        if (x > 1 && y > 3) faults.push("overlap: " + words + " | " + other.words);
      }
      for (const other of boxes) {
        const [x, y] = over(box, other.box);
        if (x > 1 && y > 3 && x < box.width - 1) faults.push("sticks out: " + words);
      }
      const under = boxes.find((one) => over(box, one.box)[0] > 1 && over(box, one.box)[1] > 3);
      const behind = under ? getComputedStyle(under.element).fill : getComputedStyle(svg.parentElement).backgroundColor;
      const [one, two] = [light(getComputedStyle(element).fill), light(behind)];
      contrast = Math.min(contrast, (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05));
    });
    boxes.forEach(({ box }, at) => {
      for (const other of boxes.slice(0, at)) {
        const [x, y] = over(box, other.box);
        if (x > 1 && y > 1) faults.push("boxes overlap");
      }
    });
  }
  return {
    faults: [...new Set(faults)],
    over: document.documentElement.scrollWidth - innerWidth,
    shown: shown.map((svg) => svg.getAttribute("class")),
    wider,
    contrast,
    stops,
    words: shown.map((svg) => [...svg.querySelectorAll("text")].map(({ textContent }) => textContent).join(" ")).join(" "),
  };
})()`;
