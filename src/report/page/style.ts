/** How a page looks: one sheet, whose colours are the palette's, light or dark as the reader's system is. */
import { type Palette, palette } from "./palette.ts";

const variables = (colours: Palette): string =>
  Object.entries(colours)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(";");

export const style = `
:root{color-scheme:light dark;${variables(palette.light)};--gutter:4.6rem}
@media (prefers-color-scheme:dark){:root{${variables(palette.dark)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:72rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.7rem;line-height:1.25;margin:.2rem 0 .6rem}
h2{font-size:1.2rem;margin:2.4rem 0 .7rem}
h3{font-size:1rem;margin:0}
p{margin:.4rem 0}
code{font:.85em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.subject,.origin,.said,.hint{color:var(--muted)}
.subject{font-size:.95rem;margin:0}
.badge{display:inline-block;border:2px solid;border-radius:1rem;padding:.05rem .8rem;font-weight:600;margin:0}
.good{color:var(--good)}.bad{color:var(--bad)}
.reason{font-size:1.05rem;max-width:60rem}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.7rem;margin:1.2rem 0 0;padding:0}
.cards>div{background:var(--surface);border:1px solid var(--line);border-radius:.6rem;padding:.6rem .9rem}
.cards dt{color:var(--muted);font-size:.85rem}
.cards dd{margin:0;font-size:1.25rem;font-weight:600;font-variant-numeric:tabular-nums}
.cards dd small{display:block;font-size:.82rem;font-weight:400;color:var(--muted)}
.panel{background:var(--surface);border:1px solid var(--line);border-radius:.6rem;padding:.9rem 1rem}
.tools{display:none;gap:.6rem;align-items:center;position:sticky;top:0;z-index:2;background:var(--surface);padding:.5rem 0;border-bottom:1px solid var(--line)}
.scripted .tools{display:flex;flex-wrap:wrap}
.tools input{flex:1 1 10rem;min-width:8rem;accent-color:var(--mark)}
.tools output{min-width:9rem;font-variant-numeric:tabular-nums}
button{font:inherit;color:var(--ink);background:var(--page);border:1px solid var(--mark);border-radius:.4rem;padding:.15rem .7rem;cursor:pointer}
:focus-visible{outline:3px solid var(--stable);outline-offset:2px}
.lane{display:flex;align-items:center;font-size:.85rem}
.lane-name{width:var(--gutter);flex:none;color:var(--muted);padding-right:.5rem;text-align:right}
.track{position:relative;flex:1;height:1.5rem;margin:0;padding:0;list-style:none}
.track>li{position:absolute;white-space:nowrap}
.track>li:not(.stage-block){transform:translateX(-50%)}
.stage-block{top:.1rem;height:1.3rem;overflow:hidden;border-left:2px solid var(--candidate);border-bottom:3px solid var(--candidate);padding-left:.3rem;color:var(--ink);container-type:inline-size}
@container (max-width:2.4rem){.stage-block>span{display:none}}
.stage-block.failed{border-bottom-style:dashed}
.rows-2{height:2.6rem}.rows-3{height:3.8rem}.row-1{top:1.15rem}.row-2{top:2.3rem}
.hours{margin-top:.5rem}
.hours .lane-name{padding-right:1.3rem}
.hours .track{border-top:1px solid var(--mark);color:var(--muted);font-variant-numeric:tabular-nums}
.milestone,.capacity,.verdict,.stage{color:var(--mark)}
.fault,.compensation{color:var(--bad)}
.locked{color:var(--threshold)}
.chart{margin:1.3rem 0 0}
figcaption{padding-left:var(--gutter)}
figcaption .said{font-size:.88rem;margin:.1rem 0 .3rem}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;margin:.1rem 0;padding:0;font-size:.88rem}
.legend li{display:flex;align-items:center;gap:.35rem}
.legend output{display:none;min-width:8ch;font-weight:600;font-variant-numeric:tabular-nums}
.scripted .legend output{display:inline-block}
.plot{display:flex}
.plot .ticks{position:relative;width:var(--gutter);flex:none;font-size:.8rem;color:var(--muted);font-variant-numeric:tabular-nums}
.plot .ticks span{position:absolute;right:.5rem;transform:translateY(-50%);white-space:nowrap}
.picture{position:relative;flex:1;height:9rem;min-width:0}
.picture svg{position:absolute;inset:0;width:100%;height:100%;overflow:hidden}
.cursor{position:absolute;top:0;bottom:0;width:0;border-left:1px solid var(--ink);pointer-events:none}
.selection{position:absolute;top:0;bottom:0;background:var(--mark);opacity:.18;pointer-events:none}
path{fill:none;stroke-width:1.8}
path.area{stroke-width:1.2}
.key{flex:none}
.stable{stroke:var(--stable)}.candidate{stroke:var(--candidate);stroke-dasharray:7 3}
.area.stable{fill:color-mix(in srgb,var(--stable) 22%,var(--surface))}
.area.candidate{fill:color-mix(in srgb,var(--candidate) 40%,var(--surface))}
.area.load{fill:color-mix(in srgb,var(--load) 26%,var(--surface));stroke:var(--load)}
.load{stroke:var(--load)}
.needed{stroke:var(--mark);stroke-dasharray:2 3}
.threshold{stroke:var(--threshold);stroke-dasharray:9 3 2 3}
.evidence{stroke:var(--bad)}.safety{stroke:var(--good);stroke-dasharray:4 3}
.grid{stroke:var(--line);stroke-width:1}
.turn{stroke:var(--mark);stroke-width:1;stroke-dasharray:1 3}
.turn.compensation{stroke:var(--bad);stroke-dasharray:5 2}
rect.span{stroke-width:1;vector-effect:non-scaling-stroke}
rect.span.fault{fill:color-mix(in srgb,var(--bad) 13%,transparent);stroke:var(--bad)}
rect.span.locked{fill:color-mix(in srgb,var(--threshold) 16%,transparent);stroke:var(--threshold)}
.scroll{overflow-x:auto;background:var(--surface);border:1px solid var(--line);border-radius:.6rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.4rem .8rem;border-top:1px solid var(--line);vertical-align:top}
thead th{border-top:0;color:var(--muted);font-weight:500}
tbody th{font-weight:500}
.long{overflow-wrap:anywhere;min-width:13rem}
.number{font-variant-numeric:tabular-nums;white-space:nowrap}
article{margin:1.1rem 0}
.panel article+article{border-top:1px solid var(--line);margin-top:2rem;padding-top:1.5rem}
article p{max-width:60rem}
details>summary{cursor:pointer;font-weight:600;margin:.6rem 0}
a{color:inherit}
:target{outline:2px solid var(--stable);outline-offset:3px}
.checks{list-style:none;margin:0;padding:0}
.checks>li{display:flex;gap:.7rem;margin:.3rem 0}
.checks ul{margin:.2rem 0;padding-left:1.2rem}
.sign{flex:none;width:1rem;font-weight:600;text-align:center}
.facts{display:grid;grid-template-columns:8rem minmax(0,1fr);gap:.1rem 1rem;margin:.6rem 0;font-size:.92rem}
.facts dt{grid-column:1;color:var(--muted)}
.facts dd{grid-column:2;margin:0;overflow-wrap:anywhere}
.changes table{table-layout:fixed;min-width:48rem}
.changes th:nth-child(1){width:5.5rem}.changes th:nth-child(2){width:11.5rem}.changes th:nth-child(3){width:9.5rem}
article .scroll{margin-top:.5rem}
.group,.month{border-top:1px solid var(--line)}
.group[open]{padding-bottom:.8rem}
.month .group{margin-left:1rem}
.group .said{font-weight:400}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
footer{margin-top:3rem;color:var(--muted);font-size:.85rem}
@media (max-width:40rem){:root{--gutter:3.4rem}main{padding:1rem .7rem 3rem}h1{font-size:1.35rem}.hours .track>li:nth-child(even){display:none}figcaption{padding-left:0}.panel{padding:.7rem .5rem}.facts{grid-template-columns:6rem minmax(0,1fr)}.month .group{margin-left:.4rem}.changes table{min-width:34rem}.changes .number{white-space:normal}.changes th:nth-child(1){width:4.6rem}.changes th:nth-child(2){width:7rem}.changes th:nth-child(3){width:6.5rem}.picture{height:7.5rem}}
@media print{details::details-content{content-visibility:visible;block-size:auto}.tools{display:none!important}.panel,.cards>div,.scroll{break-inside:avoid}}
`.trim();
