import type { WebRule } from './rule.ts';
import { anyOf } from './rule.ts';
import { isScanner } from '../../domain/robot.ts';

/** Requests that look whether a weakness is there. */

/** Files that hold secrets and never are pages; a code host shows files of these names among its own. */
const secretFile = anyOf(
  String.raw`/\.(?:git|svn|hg|bzr)/(?:config|head|index|entries|logs|objects|refs|wc\.db|store|$)`,
  String.raw`/\.(?:env(?:\.(?:local|prod|production|dev|development|backup|bak|old|save|staging))?|htpasswd|htaccess|npmrc|pgpass|netrc|bash_history|ds_store)$`,
  String.raw`/\.(?:aws|ssh|docker|kube)/`,
  String.raw`/(?:wp-config|configuration|config|settings|database|db|index)(?:\.(?:php|inc|json|ya?ml|ini|xml|aspx?|jsp))?[._-]?(?:bak|old|orig|save|swp|backup|copy|~)\d?$`,
  String.raw`/web\.config$`,
  String.raw`/(?:backup|dump|database|db|site|www|htdocs|wwwroot|mysql)\.(?:sql|tar|tar\.gz|tgz|zip|rar|7z|sql\.gz|bak)$`,
  String.raw`/actuator/(?:env|heapdump|configprops|threaddump|gateway/routes|jolokia)\b`,
);
const codeHost = /\/(?:blob|tree|raw|edit|blame|src|browse)\//;

/** Consoles that nobody finds by guessing what a site may have: OWASP CRS, CrowdSec and honeypots name the same. */
const consoles = anyOf(
  String.raw`/(?:php-?my-?admin|pma|myadmin|mysql-?admin|sqladmin|dbadmin|adminer|phppgadmin)[\w.-]{0,20}(?:/|$)`,
  String.raw`/(?:xmlrpc|wlwmanifest|phpinfo|shell|cmd|c99|r57|wso|alfa|eval-stdin)\.(?:php\d?|xml|aspx?|jsp)$`,
  String.raw`/(?:manager/html|host-manager|jmx-console|web-console|invoker/jmx\w+|admin-console|solr/admin|wp-content/plugins/|wp-includes/)`,
  String.raw`/cgi-bin/.|/cgi-sys/|/vendor/phpunit|/_ignition/|/telescope/requests|/server-status|/_profiler|/(?:trace|elmah)\.axd`,
  String.raw`/owa/auth|/autodiscover/|/ecp/|/remote/fgt_lang|/dana-na/|/solr/|/jenkins/script`,
);
/** Pages that whoever knows such a product may try by hand. One is a guess, several different ones are a search. */
const guessed = anyOf(
  String.raw`/(?:wp-(?:login|admin|cron|config|json|content|signup|comments-post))\b`,
  String.raw`/(?:test|info|upload|setup|install|config|admin|administrator|login|register|signup|user|account|member|guestbook)\.(?:php|aspx?|jsp|cgi|cfm|pl)$`,
  String.raw`/(?:administrator|admin|cpanel|webmail|phpbb|joomla|drupal|magento|wordpress|wp|user/register|node/add|ucp\.php)(?:/|$)`,
);
/** What only worms and scanners ask for. */
const worm = anyOf(
  String.raw`/hnap1\b|/boaform/|/gponform/|/setup\.cgi\?|/shell\?|/tmunblock\.cgi|/phpunit/.{0,60}eval-stdin\.php|/w00tw00t|/muieblackcat|/\.well-known/\.\.`,
  String.raw`/default\.ida\?|/_vti_bin/.{0,40}\.dll|/nice ports,|/sdk/webl|/evox/about|/manager/text/deploy`,
);

/** Control characters come before it: what other protocols begin with, TLS with 0x16. */
const firstPrintable = 32;

const isAbsent = (status: number | null): boolean => status === 404 || status === 410;

/** Whether a request tried what somebody who knows the product might try by hand, and it is not here. */
export const isGuess = (path: string, status: number | null): boolean => isAbsent(status) && guessed.test(path);

const strangeMethods = new Set(['TRACE', 'TRACK', 'DEBUG', 'CONNECT']);

export const probes: readonly WebRule[] = [
  {
    code: 'WORM',
    points: 50,
    reason: 'asks for what only worms and scanners ask for',
    find: ({ target }) => worm.test(target),
    hostile: ['/HNAP1/', '/boaform/admin/formLogin', '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php', '/shell?cd+/tmp'],
    harmless: ['/shell/', '/setup', '/default.aspx', '/boats/form'],
  },
  {
    code: 'SECRET_FILE',
    points: 30,
    reason: 'asks for a file that holds secrets',
    find: ({ path }) => secretFile.test(path) && !codeHost.test(path),
    hostile: [
      '/.env',
      '/app/.env.production',
      '/.git/config',
      '/.aws/credentials',
      '/wp-config.php.bak',
      '/backup.sql',
      '/actuator/heapdump',
      '/%2eenv',
    ],
    harmless: [
      '/environment',
      '/team/app/blob/main/.env',
      '/.well-known/acme-challenge/x',
      '/project.git',
      '/docs/config',
      '/backup',
      '/actuator/health',
    ],
  },
  {
    code: 'ABSENT_CONSOLE',
    points: 30,
    reason: 'asks for the console of a product that is not here',
    find: (request) => isAbsent(request.status) && consoles.test(request.path),
    hostile: [
      { page: '/phpMyAdmin-2.11/', statusCode: 404 },
      { page: '/cgi-bin/test.sh', statusCode: 404 },
      { page: '/manager/html', statusCode: 404 },
    ],
    harmless: [
      '/phpmyadmin/',
      { page: '/phpmyadmin/', statusCode: 401 },
      { page: '/cgi-bin/', statusCode: 404 },
      { page: '/info.html', statusCode: 404 },
    ],
  },
  {
    code: 'ABSENT_LOGIN',
    points: 15,
    reason: 'tries whether a product that is attacked often is here',
    find: (request) => isGuess(request.path, request.status),
    hostile: [
      { page: '/wp-login.php', statusCode: 404 },
      { page: '/blog/wp-admin/', statusCode: 404 },
      { page: '/admin.php', statusCode: 404 },
      { page: '/administrator/', statusCode: 404 },
    ],
    harmless: [
      { page: '/wp-login.php', statusCode: 200 },
      '/wp-admin/',
      { page: '/administration', statusCode: 404 },
      { page: '/admin.html', statusCode: 404 },
    ],
  },
  {
    code: 'STRANGE_METHOD',
    points: 30,
    reason: 'uses a method no browser uses',
    find: ({ method }) => strangeMethods.has(method),
    hostile: [
      { page: '/', method: 'TRACE' },
      { page: '/', method: 'debug' },
    ],
    harmless: [
      { page: '/', method: 'OPTIONS' },
      { page: '/', method: 'PROPFIND' },
      { page: '/', method: 'PATCH' },
    ],
  },
  {
    code: 'NO_HTTP',
    points: 30,
    reason: 'speaks another protocol than HTTP',
    find: ({ path }) => path.charCodeAt(0) < firstPrintable || /^"?\\x(?:16|[0-9a-f]{2}\\x)/.test(path),
    hostile: [String.raw`\x16\x03\x01\x02`, String.raw`\x03\x00\x00/*\xe0`],
    harmless: ['/x16', '/', '*'],
  },
  {
    code: 'SCANNER',
    points: 50,
    reason: 'comes from a tool that looks for weaknesses',
    find: ({ userAgent }) => isScanner(userAgent),
    hostile: [
      { page: '/', userAgent: 'sqlmap/1.8 (https://sqlmap.org)' },
      { page: '/', userAgent: 'Mozilla/5.00 (Nikto/2.5.0)' },
    ],
    harmless: [
      { page: '/', userAgent: 'Mozilla/5.0 (compatible; examplebot/1.0)' },
      { page: '/docs/nmap', userAgent: 'AcmeSync/3.1' },
    ],
  },
];
