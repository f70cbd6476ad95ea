import { randomBytes } from 'node:crypto';
import { createKeyedHashes } from '../../src/redaction/keyed-hash.ts';
import { createKnownSecrets, knownSecretEntry } from '../../src/redaction/known.ts';
import type { Manner } from '../../src/redaction/redact.ts';
import { redactText } from '../../src/redaction/redact.ts';
import { createRandom } from '../../test/simulation/random.ts';
import type { Bench } from '../bench.ts';
import { quantile } from '../figures.ts';
import { hostileTexts } from '../hostile-texts.ts';
import type { Row } from '../rows.ts';
import { limitRow } from '../rows.ts';

const commandsCount = 20_000;
const commandCharacters = 150;
const textCharacters = 65_536;
/** Times each is redacted; the least counts, so that the collector and other processes do not. */
const rounds = 5;

const hash = createKeyedHashes(randomBytes(32))('', 'known-secret');
const known = createKnownSecrets(
  Array.from({ length: 100 }, () => knownSecretEntry(randomBytes(12).toString('base64'), hash)),
  hash,
);

/** What taking secrets out costs on one core, for an organisation with 100 registered ones. */
export function redaction(bench: Bench): Promise<Row[]> {
  const ordinary = ordinaryCommands(commandsCount, 6);
  const micros = leastMs(ordinary, 'COMMAND').map((ms) => ms * 1_000);
  const texts = hostileTexts(textCharacters);
  const hostile = (['COMMAND', 'TEXT'] as const)
    .flatMap((manner) => {
      const taken = leastMs(
        texts.map(([, text]) => text),
        manner,
      );
      return texts.map(([what], place) => ({ what: `${what}, as a ${manner.toLowerCase()}`, ms: taken[place]! }));
    })
    .toSorted((a, b) => b.ms - a.ms);
  const [p50, p99] = [quantile(micros, 0.5), quantile(micros, 0.99)];
  bench.details.redaction = { commands: { p50, p99, worst: Math.max(...micros) }, hostile };
  const what = `redaction of a command of ${commandCharacters} characters, median`;
  return Promise.resolve([
    limitRow({ what, ours: p50, unit: ' µs', mark: 40, note: `p99 ${p99.toFixed(1)} µs` }),
    limitRow({ what: 'redaction of hostile text of 64 KB, worst', ours: hostile[0]!.ms, unit: ' ms', mark: 50, note: hostile[0]!.what }),
  ]);
}

function leastMs(texts: readonly string[], manner: Manner): number[] {
  const all = Array.from({ length: rounds }, () =>
    texts.map((text) => {
      const begin = performance.now();
      redactText(text, manner, known);
      return performance.now() - begin;
    }),
  );
  return texts.map((_, place) => Math.min(...all.map((taken) => taken[place]!)));
}

const templates = [
  'git -C /srv/WORD/app log --oneline --since="2 weeks ago" -- src/WORD.ts | head -n 20',
  'docker run --rm -it -v /srv/WORD:/data -e NODE_ENV=production registry.example.com/WORD/app:1.2.3',
  'kubectl get pods -n WORD -o jsonpath="{.items[*].metadata.name}" --selector app=WORD',
  'find /var/log/WORD -type f -name "*.log" -mtime +30 -exec gzip {} \\;',
  'curl -sS -o /tmp/WORD.json "https://api.example.com/v2/WORD?limit=100&page=2" -H "Accept: application/json"',
  'rsync -avz --delete --exclude node_modules ./WORD/ deploy@web1.example.com:/var/www/WORD/',
  'awk -F: \'{ printf "%s %s\\n", $1, $3 }\' /etc/passwd | sort -k2 -n > /tmp/WORD.txt',
  'psql -h db.example.com -U WORD -d shop -c "select id, name from WORD where created_at > now()"',
  'grep -rnE "WORD|WORD" --include="*.yaml" /etc/WORD /opt/WORD/conf',
  'tar czf /backup/WORD-2026-11-22.tar.gz --exclude=.git /home/WORD/projects/WORD',
  'ssh -i ~/.ssh/WORD_ed25519 -p 2222 admin@10.0.3.17 "systemctl status WORD"',
  'ansible-playbook -i inventories/WORD/hosts.ini site.yml --limit WORD --tags deploy,config',
  'openssl x509 -in /etc/ssl/certs/WORD.pem -noout -subject -enddate',
  'mysql -u WORD -h db1 shop -e "show tables like \'WORD%\'"',
  'npm run build -- --mode production --output-path dist/WORD && npm test -- WORD',
  'sudo journalctl -u WORD.service --since today --no-pager | tail -n 200',
];
const words = [
  'billing',
  'orders',
  'frontend',
  'ledger',
  'tokenizer',
  'keyboard',
  'passenger',
  'author',
  'search',
  'mailer',
  'archive',
  'metrics',
];

/** Command lines as people type them, one after another up to the length, the same for the same seed. */
function ordinaryCommands(count: number, seed: number): string[] {
  const random = createRandom(seed);
  const one = () => random.pick(templates).replaceAll('WORD', () => random.pick(words));
  return Array.from({ length: count }, () => {
    let line = one();
    while (line.length < commandCharacters) line += ` && ${one()}`;
    return line.slice(0, commandCharacters);
  });
}
