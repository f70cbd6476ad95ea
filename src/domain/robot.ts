/** Programs that say in their user agent that no person sits before them. One reading of one header: a header that lies is not found here. */

export const robotKinds = {
  SCANNER: 'a tool that looks for weaknesses',
  CRAWLER: 'a robot, or a program that names whom to complain to',
  HEADLESS: 'a browser that a program drives',
  TOOL: 'a program or library that fetches what a script tells it to',
  CHECKER: 'a program that watches, checks, archives or previews pages',
} as const;
export type RobotKind = keyof typeof robotKinds;

const anyOf = (patterns: readonly string[]) => new RegExp(patterns.join('|'), 'i');

/** Names of scanners that say what they are: those of OWASP CRS rule 913100 that are words of their own. */
const scanners = anyOf([
  String.raw`\b(?:acunetix|appscan|arachni|cmsmap|commix|detectify|dirbuster|dirsearch|dotdotpwn|droopescan|feroxbuster|fimap)\b`,
  String.raw`\b(?:fuzz faster|ghauri|gobuster|havij|hydra|ironwasp|jaeles|joomscan|jorgee|masscan|morfeus|muieblackcat|n-stalker)\b`,
  String.raw`\b(?:nessus|netsparker|nettacker|nikto|nmap|nuclei|openvas|qualys|skipfish|sqlmap|sqlninja|w3af|wapiti|webshag|wfuzz)\b`,
  String.raw`\b(?:whatwaf|whatweb|wpscan|xsser|xsstrike|zgrab|zmeu)\b`,
]);

/** CUBOT makes phones. */
const robotWords = anyOf([
  String.raw`(?<!cu)bots?(?![a-z])`,
  String.raw`robots?\b`,
  'crawl',
  'spider',
  'slurp',
  String.raw`scrap(?:er|ing|y)\b`,
]);

const headless = anyOf(['headless', 'phantomjs', 'slimerjs', 'selenium', 'webdriver', 'puppeteer', 'playwright', 'lighthouse', 'htmlunit']);

/** What fetches for a person who subscribed, who is then as good as there. */
const readers = anyOf(['feed(?!back)', String.raw`\brss`, 'podcast', 'aggregator', String.raw`subscribers?\b`]);

/** Languages and libraries are tools where they come first: an app may name what it is built with after itself. */
const tools = anyOf([
  String.raw`^(?:ruby|perl|php|java|node|axios|got|undici|guzzle|deno|bun|dart|lwp|pycurl|rest-client|faraday|typhoeus|mechanize)(?:[\s/:_-]|$)`,
  String.raw`^(?:powershell|lua-resty|reqwest|ureq|hyper|k6|jmeter|postmanruntime|insomnia|restsharp|unirest|winhttp)(?:[\s/:_-]|$)`,
  String.raw`\b(?:curl|libcurl|wget2?|aria2|httpie|httrack|python|aiohttp|httpx|urllib|libwww(?!-fm)|www-mechanize|node-fetch|node-superagent)\b`,
  String.raw`\b(?:go-http-client|guzzlehttp|apache-httpclient|http_request2?|httpclient|webclient|webcopier|webzip|apachebench)\b`,
  String.raw`\b(?:xenu|siege|heritrix|nutch|larbin)\b`,
  String.raw`(?<!semc-)\bjava/\d`,
]);

const checkers = anyOf([
  'uptime|pingdom|checker|checklink|validator|verifier|fetcher|archiver|indexer|scanner|externalhit|linkexpanding',
  String.raw`monitor(?:ing)?\b|preview/\d|(?:link|uri)preview|appengine-google|sitemap|search ?engine|\bseo[ /-]`,
]);

/** Operators of robots leave an address for complaints: a URL in brackets or after a plus sign or a semicolon, or mail. */
const contact = anyOf([String.raw`[+(;,]\s?https?://`, String.raw`[\w.+-]{2,40}(?:@|\sat\s|\[at\])[\w-]{1,40}(?:\.|\sdot\s|\[dot\])[a-z]`]);

/** Robots took `Mozilla/5.0 (compatible; Name …)` over from browsers; these are the browsers and office programs that used it. */
const compatible =
  /(?:^mozilla\/\S+ \(|; ?)compatible; ?(?!msie|ms-office|msoffice|konqueror|icab|omniweb|netpositive|netgem|windows|linux|macintosh|x11|u;|opera|netfront|polaris|oss\/)[a-z]/i;
const phone = /midp|symbian|brew/i;

/** The first word of every browser with nothing after it that a browser would say. */
const bare = /^mozilla(?:\/\d\.\d)?\s*$/i;

export const isScanner = (userAgent: string): boolean => scanners.test(userAgent);

/** What kind of robot a user agent declares; null where it may be a person's. */
export function robotKindOf(userAgent: string): RobotKind | null {
  if (isScanner(userAgent)) return 'SCANNER';
  if (robotWords.test(userAgent)) return 'CRAWLER';
  if (headless.test(userAgent)) return 'HEADLESS';
  if (readers.test(userAgent)) return null;
  if (tools.test(userAgent)) return 'TOOL';
  if (checkers.test(userAgent)) return 'CHECKER';
  const named = contact.test(userAgent) || (compatible.test(userAgent) && !phone.test(userAgent));
  return named || bare.test(userAgent) ? 'CRAWLER' : null;
}
