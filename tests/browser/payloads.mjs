// A thousand texts that run a script, load something from elsewhere, or open the page to it, where a page lets them.

/** Nothing listens there; a request that begins is a request too many. */
export const ELSEWHERE = 'http://127.0.0.1:9';

// What one would write where the page reads HTML, Markdown, a template or an address. N stands for the number that the
// payload tells when it runs.
const VECTORS = [
  '<script>alert(N)</script>',
  '<ScRiPt src=//127.0.0.1:9/N></ScRiPt>',
  '<script type=module>alert(N)</script>',
  '<img src=x onerror=alert(N)>',
  '<img src=http://127.0.0.1:9/N>',
  '<img/src=`x`onerror=alert(N)//',
  '<svg onload=alert(N)>',
  '<svg><script>alert(N)</script></svg>',
  '<svg><animate onbegin=alert(N) attributeName=x dur=1s>',
  '<svg><use href="http://127.0.0.1:9/N#x"/></svg>',
  '<math><a xlink:href="javascript:alert(N)">N</a></math>',
  '<body onload=alert(N)>',
  '<iframe src="javascript:alert(N)"></iframe>',
  '<iframe srcdoc="<script>parent.alert(N)</script>">',
  '<object data="http://127.0.0.1:9/N"></object>',
  '<embed src="http://127.0.0.1:9/N">',
  '<video><source onerror=alert(N)></video>',
  '<audio src=http://127.0.0.1:9/N onerror=alert(N)>',
  '<details open ontoggle=alert(N)>N</details>',
  '<input autofocus onfocus=alert(N)>',
  '<marquee onstart=alert(N)>N</marquee>',
  '<form action="javascript:alert(N)"><button>N</button></form>',
  '<style>@import "http://127.0.0.1:9/N";</style>',
  '<link rel=stylesheet href=http://127.0.0.1:9/N>',
  '<meta http-equiv=refresh content="0;url=http://127.0.0.1:9/N">',
  '<base href="http://127.0.0.1:9/N/">',
  '<a href="javascript:alert(N)">N</a>',
  '<a href="&#106;ava&Tab;script:alert(N)">N</a>',
  '<a href="data:text/html,<script>alert(N)</script>">N</a>',
  '<div style="background:url(http://127.0.0.1:9/N)">N</div>',
  '<noscript><p title="</noscript><img src=x onerror=alert(N)>">',
  '<math><mtext><table><mglyph><style><!--</style><img title="--><img src=x onerror=alert(N)>">',
  '<svg></p><style><a id="</style><img src=x onerror=alert(N)>">',
  '<template><img src=x onerror=alert(N)></template>',
  '[N](javascript:alert(N))',
  '[N](JaVaScRiPt:alert(N) "N")',
  '![N](http://127.0.0.1:9/N)',
  '[N](data:text/html;base64,PHNjcmlwdD4=)',
  '<javascript:alert(N)>',
  '{{constructor.constructor("alert(N)")()}}',
  '${alert(N)}',
  '" onmouseover="alert(N)" autofocus onfocus="alert(N)',
  "' onfocus='alert(N)' autofocus='",
  '\uFF1Cscript\uFF1Ealert(N)\uFF1C/script\uFF1E',
  '\\u003cimg src=x onerror=alert(N)\\u003e',
  '&lt;img src=x onerror=alert(N)&gt;',
  '%3Cimg%20src=x%20onerror=alert(N)%3E',
  '+ADw-script+AD4-alert(N)+ADw-/script+AD4-',
];

// Where the text may land: inside of an element, an attribute, a comment, a string, or a Markdown block.
const CONTEXTS = [
  (text) => text,
  (text) => `">${text}`,
  (text) => `'>${text}`,
  (text) => `</title>${text}`,
  (text) => `</textarea>${text}`,
  (text) => `</style>${text}`,
  (text) => `</script>${text}`,
  (text) => `-->${text}`,
  (text) => `<!--${text}`,
  (text) => `]]>${text}`,
  (text) => `\\"${text}`,
  (text) => `\`${text}\``,
  (text) => `> ${text}`,
  (text) => `* ${text}`,
  (text) => `# ${text}`,
  (text) => `[x]: ${text}`,
  (text) => `\uFF21\u02BC${text}`,
  (text) => `${text} <`,
  (text) => `&${text};`,
  (text) => `</p></div></main>${text}`,
  (text) => `e\u0301${text}\u{1F642}`,
];

/** All of them; each ends with a mark of its own, by which it is found in the text of a page. */
export const PAYLOADS = CONTEXTS.flatMap((context, c) =>
  VECTORS.map((vector, v) => {
    const number = c * VECTORS.length + v;
    return { number, mark: `~${number}~`, text: `${context(vector.replaceAll('N', number))} ~${number}~` };
  }),
);

/** Hands out payloads, each in turn and round and round: one, or as many as fit. */
export class Hand {
  #next = 0;

  #take() {
    return PAYLOADS[this.#next++ % PAYLOADS.length].text;
  }

  /** One that is at most so long, behind a name if one is given. */
  one(length, name = '') {
    for (let tries = 0; tries < PAYLOADS.length; tries += 1) {
      const text = name ? `${name} ${this.#take()}` : this.#take();
      if ([...text].length <= length) return text;
    }
    throw new Error(`no payload of ${length} characters`);
  }

  /** As many as fit. */
  many(length) {
    const texts = [this.one(length)];
    for (;;) {
      const text = this.#take();
      if ([...texts.join('\n'), ...text].length + 1 > length) {
        this.#next -= 1;
        return texts.join('\n');
      }
      texts.push(text);
    }
  }
}
