import { createHash } from 'node:crypto'

/** One small sheet for all pages of riders and the public; light and dark, 44 px targets (WCAG 2.2). No colour alone carries a meaning. */
export const style = `
:root{--bg:#f5f6f8;--card:#fff;--ink:#17202b;--soft:#4b5766;--edge:#d5dbe3;--link:#0a5591;--act:#0b5a99;--act-ink:#fff;--good:#17663a;--minor:#8a4b00;--major:#a8161f;--unknown:#4b5766;--note:#e3f1ea;--bad:#fdecec;--focus:#0b5a99}
@media(prefers-color-scheme:dark){:root{--bg:#0f151c;--card:#18212b;--ink:#e9eef4;--soft:#aab6c4;--edge:#334150;--link:#8cc4f5;--act:#8cc4f5;--act-ink:#0b1a28;--good:#7fd3a2;--minor:#f3bd6b;--major:#ff9a96;--unknown:#aab6c4;--note:#173327;--bad:#3d1a1d;--focus:#8cc4f5}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:break-word}
.wrap{max-width:46rem;margin:0 auto;padding:0 1rem}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:4px}
main:focus{outline:none}
.skip{position:absolute;left:-999px;top:0;background:var(--card);padding:.75rem 1rem;z-index:1}
.skip:focus{left:0}
.top{background:var(--card);border-bottom:1px solid var(--edge)}
.top .wrap{display:flex;align-items:center;justify-content:space-between;gap:1rem;min-height:56px}
.brand{font-weight:700;font-size:1.1rem;color:var(--ink);text-decoration:none;min-height:44px;display:inline-flex;align-items:center}
.lang{min-height:44px;display:inline-flex;align-items:center;padding:0 .25rem}
h1{font-size:1.6rem;line-height:1.25;margin:1.75rem 0 .5rem}
h2{font-size:1.15rem;margin:2rem 0 .6rem}
p{margin:.5rem 0}
.soft{color:var(--soft)}
.card{background:var(--card);border:1px solid var(--edge);border-radius:12px;padding:1rem;margin:.75rem 0}
.lead{font-size:1.1rem}
ul.plain{list-style:none;margin:0;padding:0}
.rows{background:var(--card);border:1px solid var(--edge);border-radius:12px;overflow:hidden}
.rows>li{display:flex;align-items:center;gap:.9rem;padding:.6rem 1rem;min-height:52px}
.rows>li+li{border-top:1px solid var(--edge)}
.rows>li>.state{margin-left:auto}
.rows>li>a{flex:1;min-height:44px;display:flex;align-items:center;font-weight:600}
.badge{flex:none;height:30px;width:auto;display:block}
.state{display:inline-flex;align-items:center;gap:.45rem;font-weight:600}
.state svg{flex:none;width:20px;height:20px}
.GOOD{color:var(--good)}.MINOR{color:var(--minor)}.MAJOR{color:var(--major)}.UNKNOWN{color:var(--unknown)}
.event{border-left:5px solid var(--minor)}
.event.SEVERE{border-left-color:var(--major)}
.event.INFO{border-left-color:var(--act)}
.event h3{margin:0 0 .25rem;font-size:1.05rem}
.event p{margin:.25rem 0}
.event .badges{display:flex;flex-wrap:wrap;gap:.4rem;margin-bottom:.4rem}
.button,button{display:inline-flex;align-items:center;justify-content:center;min-height:48px;padding:.5rem 1.25rem;border:2px solid var(--act);border-radius:10px;background:var(--act);color:var(--act-ink);font:inherit;font-weight:650;text-decoration:none;cursor:pointer}
.button:hover,button:hover{filter:brightness(1.08)}
.quiet{background:transparent;color:var(--link)}
.danger{background:transparent;color:var(--major);border-color:var(--major)}
.actions{display:flex;flex-wrap:wrap;gap:.75rem;margin:.75rem 0}
.actions form{margin:0}
fieldset{border:0;margin:1.75rem 0 0;padding:0;min-width:0}
legend{font-weight:700;font-size:1.15rem;padding:0;margin-bottom:.6rem}
.option{display:flex;align-items:center;gap:.8rem;min-height:48px;padding:.35rem 1rem;cursor:pointer}
.option input{flex:none;width:22px;height:22px;margin:0;accent-color:var(--act)}
.option small{color:var(--soft);display:block;font-size:.9rem}
.options{background:var(--card);border:1px solid var(--edge);border-radius:12px}
.options>*+*{border-top:1px solid var(--edge)}
.line{display:flex;flex-wrap:wrap;align-items:center;padding-right:1rem}
.line .option{flex:1 1 9rem}
.line select{flex:1 1 11rem;max-width:100%;margin:.25rem 0 .25rem auto}
.line .option:not(:has(:checked))+select{display:none}
select,input[type=email],input[type=url]{min-height:44px;font:inherit;color:var(--ink);background:var(--bg);border:1px solid var(--soft);border-radius:8px;padding:.35rem .6rem}
.entry{padding:.25rem 1rem .9rem 3.2rem}
.entry label{display:block;font-weight:600;margin-bottom:.25rem}
.entry input{width:100%}
.options>.entry{border-top:0}
.option:not(:has(:checked))+.entry{display:none}
.errors{background:var(--bad);border:2px solid var(--major);border-radius:12px;padding:.75rem 1rem;margin:1rem 0}
.errors h2{margin:0 0 .25rem;font-size:1.05rem}
.errors ul{margin:0;padding-left:1.25rem}
.fault{color:var(--major);font-weight:650;margin:.25rem 0}
[aria-invalid=true]{border:2px solid var(--major)!important}
.note{background:var(--note);border-radius:12px;padding:.75rem 1rem;margin:1rem 0;font-weight:600}
.qr{background:#fff;border-radius:12px;padding:.75rem;display:inline-block;line-height:0;border:1px solid var(--edge)}
.qr svg{width:208px;height:208px}
code{overflow-wrap:anywhere;font-size:.9rem}
details{margin:.5rem 0}
summary{min-height:44px;display:inline-flex;align-items:center;cursor:pointer;color:var(--major);font-weight:650}
.foot{color:var(--soft);font-size:.9rem;padding-top:2.5rem;padding-bottom:2rem}
.links{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;list-style:none}
.links a{min-height:44px;display:inline-flex;align-items:center}
@media print{.button,button,.lang{display:none}}
`
  .trim()
  .replaceAll('\n', '')

export const stylePath = `/gateway/${createHash('sha256').update(style).digest('hex').slice(0, 12)}.css`
