/// How pages look: one stylesheet for light and dark, narrow and wide. Colours keep 4.5:1 for text and 3:1 for borders.
enum Stylesheet {
    static let text = """
        :root{--bg:#fbfbfa;--fg:#1b1f23;--soft:#57606a;--line:#8c959f;--hair:#d5d9de;--card:#fff;--accent:#0b5cad;--on:#fff;
        --good:#116329;--warn:#7a4d00;--bad:#a40e26;--goodbg:#e6f4ea;--warnbg:#fff4d6;--badbg:#fdeaec;--hover:#eef2f6}
        @media (prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#e6e9ec;--soft:#a6aeb7;--line:#7d8790;--hair:#333a41;--card:#1c2126;
        --accent:#7ab8ff;--on:#0b1420;--good:#7ee2a0;--warn:#f2c76e;--bad:#ff9aa5;--goodbg:#13301d;--warnbg:#332708;--badbg:#3a161b;--hover:#262d34}}
        *{box-sizing:border-box}
        html{font-size:100%;-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--bg);color:var(--fg);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
        a{color:var(--accent)}
        h1{font-size:1.6rem;line-height:1.2;margin:1.2rem 0 .8rem}h2{font-size:1.2rem;margin:1.6rem 0 .6rem}h3{font-size:1rem;margin:1.2rem 0 .4rem}
        .skip{position:absolute;left:-100vw;top:0;background:var(--card);padding:.6rem 1rem;z-index:2}.skip:focus{left:0}
        :focus-visible{outline:3px solid var(--accent);outline-offset:2px}
        main:focus{outline:none}
        [hidden]{display:none!important}
        .top{display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;align-items:center;padding:.5rem 1rem;background:var(--card);border-bottom:1px solid var(--hair)}
        .brand{font-weight:700;font-size:1.1rem;text-decoration:none;color:var(--fg);padding:.4rem 0}
        .top nav{flex:1 1 auto}.top ul,.tabs ul{display:flex;flex-wrap:wrap;gap:.2rem;list-style:none;margin:0;padding:0}
        .top li a,.tabs li a,.who a{display:inline-block;padding:.5rem .7rem;border-radius:.4rem;text-decoration:none;min-height:2.5rem}
        .top li a:hover,.tabs li a:hover{background:var(--hover)}
        [aria-current=page]{font-weight:700;box-shadow:inset 0 -3px var(--accent)}.top [aria-current=page],.tabs [aria-current=page]{border-radius:.4rem .4rem 0 0}
        .who{display:flex;gap:.4rem;align-items:center;margin-left:auto}
        main{max-width:76rem;margin:0 auto;padding:0 1rem 4rem}
        .tabs{margin-top:1rem;border-bottom:1px solid var(--hair)}.tabs .domain{margin:.2rem 0}
        .row{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:center;justify-content:space-between}
        .card,.needs,.failure,.empty.big,fieldset{background:var(--card);border:1px solid var(--hair);border-radius:.6rem;padding:.8rem 1.1rem;margin:1rem 0}
        fieldset{min-width:0}fieldset p.note{margin:.9rem 0}legend{font-weight:700;padding:0 .4rem}
        .card>h2:first-child{margin-top:.2rem}
        .needs{border-left:6px solid var(--warn)}.needs h2{margin-top:0}
        .failure{border-left:6px solid var(--bad);background:var(--badbg)}.failure h2{margin:0;color:var(--bad)}.failure p{margin:.4rem 0}
        .held-box{border-left:6px solid var(--warn);background:var(--warnbg)}
        .notice{background:var(--goodbg);border-left:6px solid var(--good);padding:.6rem 1rem;border-radius:.4rem;margin:0 0 1rem}
        .fine{color:var(--good)}.empty,.none{color:var(--soft)}
        .scroll{overflow-x:auto;max-width:100%;border:1px solid var(--hair);border-radius:.6rem;background:var(--card)}
        table{border-collapse:collapse;width:100%}caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        th,td{overflow-wrap:break-word;text-align:left;vertical-align:top;padding:.55rem .8rem;border-bottom:1px solid var(--hair)}
        tbody th{font-weight:400}td .id{overflow-wrap:anywhere}time span{white-space:nowrap}.cols-4{min-width:30rem}.cols-5{min-width:40rem}.cols-6,.cols-7{min-width:56rem}.cols-8,.cols-9{min-width:62rem}#operations-table th{white-space:nowrap}
        thead th{font-size:.875rem;color:var(--soft);white-space:nowrap}tbody tr:last-child>*{border-bottom:0}tbody tr:hover{background:var(--hover)}
        td.num,th.num{text-align:right;font-variant-numeric:tabular-nums}
        .field{margin:.9rem 0;max-width:38rem}.field label{display:block;font-weight:600}.hint{color:var(--soft);margin:.1rem 0 .3rem;font-size:.925rem}
        .flaw{color:var(--bad);margin:.1rem 0 .3rem;font-weight:600}.wrong{border-left:4px solid var(--bad);padding-left:.8rem}.needed{font-weight:400;color:var(--soft)}
        .check{display:grid;grid-template-columns:auto 1fr;gap:0 .6rem;align-items:start}.check .hint{grid-column:2}
        input,select,textarea,button{font:inherit;color:inherit}
        input:not([type=checkbox]):not([type=radio]),select,textarea{width:100%;padding:.5rem .6rem;min-height:2.5rem;background:var(--card);border:1px solid var(--line);border-radius:.4rem}
        input[type=checkbox],input[type=radio]{width:1.5rem;height:1.5rem;accent-color:var(--accent)}
        textarea{font-family:ui-monospace,"DejaVu Sans Mono",monospace}
        button,.button{display:inline-block;min-height:2.5rem;padding:.45rem 1rem;border:1px solid var(--line);border-radius:.4rem;background:var(--card);cursor:pointer;text-decoration:none;color:var(--fg)}
        button:hover,.button:hover{background:var(--hover)}
        button.main,.button.main{background:var(--accent);border-color:var(--accent);color:var(--on);font-weight:600}
        button.danger{border-color:var(--bad);color:var(--bad)}button.plain{border-color:transparent;background:none;color:var(--accent)}
        button[disabled]{color:var(--soft);cursor:not-allowed;border-style:dashed}
        .buttons{display:flex;flex-wrap:wrap;gap:.6rem;align-items:flex-start;margin:1rem 0}.inline{display:inline}td .inline{display:inline-block;margin:0 .2rem .2rem 0}.off{display:inline-flex;flex-direction:column;max-width:20rem}
        .sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .pair{display:inline-flex;gap:.4rem}.pair select{width:auto}.narrow{max-width:26rem}.filter{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end;margin:.8rem 0}.filter label{font-size:.925rem;font-weight:600}.filter .field{margin:0}.filter>label{align-self:center}.filter>div,.filter input{max-width:20rem}
        .outcome{display:inline-block;padding:.05rem .5rem;border-radius:1rem;border:1px solid var(--line);font-size:.925rem;white-space:nowrap}
        .outcome.applied,.outcome.unchanged{border-color:var(--good);color:var(--good);background:var(--goodbg)}
        .outcome.held,.outcome.previewed{border-color:var(--warn);color:var(--warn);background:var(--warnbg)}
        .outcome.failed{border-color:var(--bad);color:var(--bad);background:var(--badbg)}
        .add{color:var(--good)}.delete{color:var(--bad)}.update,.move{color:var(--warn)}
        .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(16rem,100%),1fr));gap:.3rem 1.5rem;margin:.6rem 0}.facts dt{color:var(--soft);font-size:.875rem}.facts dd{margin:0 0 .4rem}.facts.long{display:block}
        .numbers{display:flex;flex-wrap:wrap;gap:.8rem;list-style:none;padding:0;margin:.8rem 0}.numbers li{background:var(--card);border:1px solid var(--hair);border-radius:.6rem;padding:.5rem 1rem;min-width:7rem}.numbers strong{display:block;font-size:1.5rem;font-variant-numeric:tabular-nums}
        progress{width:100%;height:1rem;accent-color:var(--accent)}
        code,pre,.id{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.925em}pre{overflow-x:auto;background:var(--card);border:1px solid var(--hair);border-radius:.4rem;padding:.8rem}
        details{margin:.6rem 0}summary{cursor:pointer;padding:.4rem 0}
        .chart{width:100%;height:auto;max-width:60rem;background:var(--card);border:1px solid var(--hair);border-radius:.6rem}.chart text{fill:var(--soft);font-size:12px;text-anchor:end}.chart .line{fill:none;stroke:var(--accent);stroke-width:2}.chart .axis{stroke:var(--line)}
        .chart .bar-add{fill:var(--good)}.chart .bar-delete{fill:var(--bad)}.chart .bar-update{fill:var(--warn)}
        .members{margin:0;padding-left:1.2rem}
        @media (min-width:60rem){form>fieldset{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 2rem;align-items:end}form>fieldset>:not(.field,[data-when]),form>fieldset>.check,form>fieldset>.wide{grid-column:1/-1}form>fieldset .field{max-width:none}}
        @media (max-width:40rem){.top nav{order:3;flex-basis:100%}.top li a,.tabs li a{padding:.5rem .45rem}th,td{padding:.45rem .5rem}.numbers{gap:.5rem}.numbers li{min-width:0;flex:1 1 40%;padding:.4rem .7rem}.numbers strong{font-size:1.15rem;white-space:nowrap}.chart text{font-size:22px}}
        @media (prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important;scroll-behavior:auto!important}}
        @media print{.top,.tabs,.buttons,.filter{display:none}}
        """
}
