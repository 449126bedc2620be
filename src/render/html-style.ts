// Looks of the HTML report, light or dark as the reader's system is.

export const HTML_STYLE = `
:root{color-scheme:light dark;--ink:#1c2024;--faint:#60656c;--paper:#fff;--sunk:#f3f5f7;--edge:#d9dde2;--good:#18794e;--bad:#c62a2f;--unsure:#946800;--link:#0b68cb;--mark:#fff3c4;--warn:#a15c00;--sheet:#fff;--card:#f8f9fb;--rim:#8b939c;--tint:#e6f5ec}
@media (prefers-color-scheme:dark){:root{--ink:#e6e8eb;--faint:#9ba1a9;--paper:#14171a;--sunk:#1f2428;--edge:#353c43;--good:#4cc38a;--bad:#ff7b72;--unsure:#f0c000;--link:#70b8ff;--mark:#3a3314;--warn:#ffb454;--sheet:#14171a;--card:#1a1e22;--rim:#6d757e;--tint:#12291d}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 3rem}
h1,h2{line-height:1.3;margin:0 0 .6rem;padding-left:.75rem;border-left:.3rem solid var(--unsure);overflow-wrap:anywhere}
h1{font-size:1.55rem}h2{font-size:1.25rem;margin-top:2.5rem}
h1.worked,h2.worked{border-color:var(--good)}
h1.failed,h2.failed{border-color:var(--bad)}
h3{font-size:1rem;margin:1.6rem 0 .4rem}
p{margin:.5rem 0;overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Noto Sans Mono CJK SC",monospace;font-size:.875em}
code{background:var(--sunk);border-radius:.25em;padding:.1em .3em;overflow-wrap:anywhere}
pre{background:var(--sunk);border:1px solid var(--edge);border-radius:.4rem;padding:.55rem .75rem;margin:.3rem 0 .7rem;overflow-x:auto}
pre code{background:none;padding:0;white-space:pre;font-size:1em}
.wide+p{margin-top:1.2rem}
ul{margin:.3rem 0;padding-left:1.3rem}
ul.commands{list-style:none;padding:0}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--edge)}
th{color:var(--faint);font-weight:600;white-space:nowrap}
th:first-child,td:first-child{text-align:right;color:var(--faint)}
td:last-child{white-space:nowrap;color:var(--faint)}
td:nth-last-child(3){white-space:nowrap}
td:nth-last-child(4):not(:first-child){white-space:nowrap;color:var(--faint)}
td.long{white-space:normal;overflow-wrap:anywhere;min-width:10rem}
tr.missing td{color:var(--bad)}
@media (max-width:40rem){
thead{position:absolute;clip-path:inset(50%)}
table,tbody{display:block}
tr{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 .6rem;padding:.45rem 0;border-bottom:1px solid var(--edge)}
td,td.long{border:0;padding:0;min-width:0}
td:nth-last-child(2){order:1;flex:0 0 100%}
td:last-child{margin-left:auto}
td:empty{display:none}
}
.small{color:var(--faint);font-size:.875rem}
tr:target td{background:var(--mark)}
@media print{main{max-width:none;padding:0}}
`;
