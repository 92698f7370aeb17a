// The schematic map: a tile for each district, drawn as SVG, under real buttons. In: groups per
// district. Out: a figure; a button filters by its district.

import { h, s } from "./dom";
import type { FacetValue } from "./api";
import type { Texts } from "./texts";

/** The arrangement of the tiles, which comes from the service when somebody first opens the map. */
interface Layout {
  columns: number;
  rows: number;
  districts: [key: string, plate: string, column: number, row: number, name: string][];
}

let layout: Layout | undefined;

/** Puts the map into its box: at once where the arrangement is known, else when it has come. */
export async function draw(box: HTMLElement, endpoint: string, values: FacetValue[], texts: Texts, toggle: (key: string) => void): Promise<void> {
  const show = () => box.replaceChildren(map(layout!, values, texts, toggle));
  if (layout) return show();
  const response = await fetch(endpoint + "/widget/map.json", { credentials: "omit", referrerPolicy: "no-referrer" });
  layout = await response.json();
  show();
}

/** Returns the map; `toggle` is called with the key of the district pressed. */
function map({ columns, rows, districts }: Layout, values: FacetValue[], texts: Texts, toggle: (key: string) => void): HTMLElement {
  const known = new Map(values.map((value) => [value.value, value]));
  const most = Math.max(1, ...values.map((value) => value.count));
  const drawing = s("svg", { viewBox: `0 0 ${columns * 10} ${rows * 10}`, "aria-hidden": "true", focusable: "false" });
  const buttons = districts.map(([key, plate, column, row, name]) => {
    const { count = 0, selected = false } = known.get(key) ?? {};
    const shade = count ? 1 + Math.round((3 * Math.sqrt(count)) / Math.sqrt(most)) : 0;
    drawing.append(
      s("rect", { x: column * 10 + 0.4, y: row * 10 + 0.4, width: 9.2, height: 9.2, rx: 1.2, class: `shade${shade}` }),
      s("text", { x: column * 10 + 5, y: row * 10 + 4.6, class: `on${shade}` }, plate),
      s("text", { x: column * 10 + 5, y: row * 10 + 8.1, class: `on${shade}` }, count || "–"),
    );
    const label = texts.say("district_count", { name, groups: texts.groups(count) });
    const button = h("button", {
      type: "button",
      "data-k": `district-${key}`,
      "aria-pressed": String(selected),
      "aria-label": label,
      title: label,
      disabled: !count && !selected,
      click: () => toggle(key),
    });
    button.style.setProperty("left", `${(column / columns) * 100}%`);
    button.style.setProperty("top", `${(row / rows) * 100}%`);
    return button;
  });
  return h("div", { class: "map", part: "map", role: "group", "aria-label": texts.say("map") }, drawing, ...buttons);
}
