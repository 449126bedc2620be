// Looks of the pictures: neutral boxes, one colour for each way, red for the drop alone.

/** The widths at which a picture that runs to the right gives way to the one that runs down. */
export const WIDTHS = [360, 440, 520, 600, 680, 760, 840, 920, 1000, 1080, 1160, 1240, 1320, 1400] as const;

const SWITCHES = WIDTHS.map(
  (width) =>
    `@media (max-width:${width - 1}px){.from${width} .right{display:none}}@media (min-width:${width}px){.from${width} .down{display:none}}`,
).join("\n");

/** CSS for figures. */
export const PICTURE_STYLE = `
figure{margin:.5rem 0 1.4rem}
.broad{width:min(100vw - 2.5rem,80rem);margin-left:calc(50% - min(100vw - 2.5rem,80rem)/2)}
.scroll{overflow-x:auto;text-align:center;border:1px solid var(--edge);border-radius:.6rem;padding:.5rem;background:var(--sheet)}
.scroll:focus-visible,a:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.scroll svg{display:inline-block;vertical-align:top}
figcaption{color:var(--faint);font-size:.875rem;margin:.5rem 0 0;text-align:center}
.legend{list-style:none;display:flex;flex-wrap:wrap;justify-content:center;gap:.2rem 1.2rem;margin:.3rem 0;padding:0}
.legend li{display:flex;align-items:center;gap:.45rem}
.legend .bad{color:var(--bad);font-weight:600}
.key{width:1.6rem;height:0;border-top:3px solid var(--link);border-radius:2px;flex:none}
.key.back{border-color:var(--good)}.key.error{border-color:var(--warn)}
.key.copy{border-top:2px dotted var(--faint)}
.key.owner{width:1.3rem;height:.9rem;border:2px solid var(--good);border-radius:4px;background:var(--tint)}
.key.guessed{border-top:2px dashed var(--faint)}
.key.cross{width:1rem;height:1rem;border:0;border-radius:50%;background:var(--bad);color:var(--sheet);font:700 .7rem/1rem system-ui;text-align:center}
.key.cross::before{content:"✕"}
details{margin:.6rem auto 0;max-width:57.5rem;font-size:.92rem}
summary{cursor:pointer;color:var(--faint);font-size:.875rem;text-align:center}
.places{margin-top:.5rem}
.places td,.places td:first-child,.places th:first-child{text-align:left;color:inherit;white-space:normal;overflow-wrap:anywhere}
svg{font:12px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono","Noto Sans Mono CJK SC",monospace;max-width:none}
svg text{fill:var(--ink);text-anchor:middle}
svg .title{font:600 13px system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;text-anchor:start}
svg .middle{text-anchor:middle}
svg .name{font-weight:700;font-size:12px}
svg .small,svg .time,svg .step,svg .label{font-size:11px}
svg .small,svg .time{fill:var(--faint)}
svg .time{text-anchor:start}svg .step{text-anchor:end;font-weight:700}
svg .host{fill:var(--card);stroke:var(--rim);stroke-width:1.2}
svg .unknown{stroke-dasharray:5 4}
svg .stack{fill:var(--sunk);stroke:var(--edge)}
svg .spot{fill:var(--sheet);stroke:var(--edge);stroke-width:1.2}
svg .spot.used{stroke:var(--rim)}
svg .spot.inside,svg .spot.lo{fill:var(--sunk)}
svg .spot.down{stroke-dasharray:4 3}
svg .spot.owner{fill:var(--tint);stroke:var(--good);stroke-width:2}
svg .wire{fill:none;stroke:var(--edge);stroke-width:5;stroke-linecap:round}
svg .inner{stroke-width:2}
svg .guessed.wire,svg .wire.down{stroke-width:2;stroke-dasharray:2 5}
svg .way{fill:none;stroke:var(--link);stroke-width:2.2;stroke-linecap:round}
svg .way.back{stroke:var(--good)}svg .way.error{stroke:var(--warn)}
svg .way.copy{stroke:var(--faint);stroke-width:1.6;stroke-dasharray:1 4}
svg .way.guessed{stroke-dasharray:6 4}
svg .way.missing{stroke:var(--bad);stroke-dasharray:3 4}
svg .head{fill:var(--link)}svg .head.back{fill:var(--good)}svg .head.error{fill:var(--warn)}svg .head.copy{fill:var(--faint)}
svg .start,svg .spot-seen{fill:var(--link)}svg .spot-seen.back{fill:var(--good)}svg .spot-seen.error{fill:var(--warn)}
svg .stop circle{fill:var(--bad);stroke:var(--sheet);stroke-width:2}
svg .stop path{fill:none;stroke:var(--sheet);stroke-width:2.2;stroke-linecap:round}
svg .chip .plate{fill:var(--sheet);stroke:var(--link);stroke-width:1.2}
svg .chip.back .plate{stroke:var(--good)}svg .chip.error .plate{stroke:var(--warn)}
svg .number{font-size:10.5px;font-weight:700}
svg .life{stroke:var(--edge);stroke-width:1.4}
svg .label,svg .verdict{paint-order:stroke;stroke:var(--sheet);stroke-width:5px;stroke-linejoin:round}
svg .beside,svg .verdict{text-anchor:start}
svg .before{text-anchor:end}
svg .verdict{fill:var(--bad);font-weight:700;font-size:12px}
svg .hit{fill:transparent}svg a:hover .hit,svg a:focus .hit{fill:var(--mark)}
svg a{outline-offset:-2px}
${SWITCHES}
@media print{.broad{width:100%;margin-left:0}.scroll{overflow:visible;border:0;padding:0}.scroll svg{max-width:100%;height:auto}details{display:none}}
`;
