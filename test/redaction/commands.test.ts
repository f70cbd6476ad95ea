import { describe, expect, it } from 'vitest';
import { placesOfTools } from '../../src/redaction/commands/tools.ts';
import { readCommands } from '../../src/redaction/commands/words.ts';
import { findInCommand, findInQuotedCommands } from '../../src/redaction/commands.ts';
import type { Find, Finding } from '../../src/redaction/finding.ts';
import { createDice, samplesOf, secretOf } from './samples.ts';

const mark = '‹redacted:x›';

/** The text with a mark for each stretch that was found, of those that overlap one. */
function redacted(text: string, find: Find = findInCommand): string {
  const found: Finding[] = [];
  find(text, found);
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  let [out, done] = ['', 0];
  for (const { start, end } of found) {
    if (start < done) continue;
    out += text.slice(done, start) + mark;
    done = end;
  }
  return out + text.slice(done);
}

const seed = 20_261_122;
const everyPlace = process.env.LAPWING_TEST_PLACES === 'all';

describe('the table of tools', () => {
  it('holds several hundred, and each of their places loses its secret and nothing else', () => {
    const dice = createDice(seed);
    const wrong: string[] = [];
    const seen = new Set<string>();
    let samples = 0;
    for (const [tool, notation] of placesOfTools) {
      let sampled = false;
      for (const place of notation.split(',')) {
        // Each place once, and each tool once: that is enough unless `everyPlace` asks for all of all.
        if (sampled && seen.has(place) && !everyPlace) continue;
        seen.add(place);
        for (const { command, secret } of samplesOf(tool, place, dice)) {
          sampled = true;
          samples += 1;
          const got = redacted(command);
          // A place may have two secrets beside each other, of which a sample follows one.
          const exact = got === command.replace(secret, mark) || (got.split(mark).length > 2 && !got.includes(secret));
          if (!exact) wrong.push(`${place.trim()} of ${tool}: ${command} became ${got}`);
        }
      }
    }
    expect(wrong, `seed ${seed}`).toEqual([]);
    expect(placesOfTools.size).toBeGreaterThan(500);
    expect(samples).toBeGreaterThan(5_000);
  });
});

describe('a secret goes from', () => {
  const secret = secretOf(createDice(seed));
  it.each([
    'mysql -uroot -pX shop',
    '/usr/bin/mysql --user=root --password=X',
    'mysql.exe -pX',
    'redis-cli -h cache -a X ping',
    'sshpass -p X ssh -p 2222 me@host uptime',
    "curl -su admin:X 'https://example.org/?a=b&c=d'",
    'wget --user me --password X https://example.org/a',
    'htpasswd -bB -C 10 users.htpasswd me X',
    'htpasswd -nb me X',
    'openssl enc -aes-256-cbc -in a -out b -pass pass:X',
    '7z a -pX -mhe=on a.7z b',
    'zip -rP X a.zip b',
    'docker login -u me -p X registry.example.org',
    'kubectl create secret generic db --from-literal=password=X --from-literal user=$ME',
    'aws configure set aws_secret_access_key X --profile p',
    'aws ssm put-parameter --name a --type SecureString --value X',
    'vault kv put secret/a password=X',
    'vault login X',
    'net user me X /add',
    'net use Z: \\\\host\\share X /user:me',
    'cmdkey /add:host /user:me /pass:X',
    'xfreerdp /v:host /u:me /p:X +clipboard',
    'smbclient //host/share -U me%X -c ls',
    'mount -t cifs //host/share /mnt -o username=me,password=X,uid=1000',
    'secretsdump.py -just-dc example/me:X@10.0.0.1',
    'impacket-GetNPUsers example/me:X -dc-ip 10.0.0.1',
    'snmpwalk -v3 -l authPriv -u me -a SHA -A X -x AES host',
    'grafana-cli admin reset-admin-password X',
    'pdftk a.pdf output b.pdf user_pw X',
    'qpdf --encrypt owner-x X 256 -- a.pdf b.pdf'.replace('owner-x', '""'),
    'ansible-playbook site.yml --extra-vars "user=me db_password=X"',
    'rclone obscure X',
    'cargo login X',
    'wpa_passphrase home X',
    'oathtool --totp -b X',
    'pkcs11-tool --login --pin 482915 --list-objects'.replace('482915', 'X'),
    'mysql -e "CREATE USER me@localhost IDENTIFIED BY \'X\'"',
    'psql -c "ALTER ROLE me WITH PASSWORD \'X\'"',
    'sqlite3 a.db "PRAGMA key = \'X\'"',
    'unheard-of --db-password X run',
    'unheard-of --dbPassword=X run',
    'Unheard-Of -AccessToken X -Verbose',
    'unheard-of /password:X /quiet',
    'unheard-of --client_secret X',
    'unheard-of -u me -p X host',
    'unheard-of --user me:X host',
    'unheard-of config set github.token X',
    'unheard-of login X',
    'unheard-of login me X',
    'unheard-of passwd me X',
    'unheard-of auth add X',
    'unheard-of wep-key X',
    'unheard-of --auth X',
    'unheard-of --encrypt-password X',
    'unheard-of --password-again X',
    'unheard-of --auth-key2 X',
    'unheard-of --pat X',
    'unheard-of --mnemonic X',
    'unheard-of me:X@host',
    'unheard-of example/me:X@10.0.0.1',
    'dotnet nuget sign a.nupkg --certificate-password X',
    'p4 passwd -O X',
    'tcpdump -M X -i eth0',
    'convert a.png -authenticate X b.png',
    'conan remote login -p X example me',
    'glab auth login -j X',
  ])('%s', (command) => {
    expect(redacted(command.replace('X', secret))).toBe(command.replace('X', mark));
  });

  it.each([
    'echo X | sudo -S apt update',
    'echo X | openconnect -u me --passwd-on-stdin host',
    'filebeat keystore add NAME <<< X',
    'echo -n X | docker login -u me --password-stdin',
    "printf '%s\\n' X | passwd --stdin me",
    'printf "me:X" | sudo chpasswd',
    'echo me:X | chpasswd',
    'chpasswd <<< me:X',
    'chpasswd <<EOF\nme:X\nEOF',
    'if true; then echo "me:X" | chpasswd; fi',
    '(echo X; sleep 1) | passwd me',
    'gh auth login --with-token <<< X',
    'gpg --batch --passphrase-fd 0 -d a.gpg <<< "X"',
  ])('what is given to a tool: %s', (command) => {
    expect(redacted(command.replace('X', secret))).toBe(command.replace('X', mark));
  });

  it.each([
    "mysql -p'X' shop",
    'mysql -p"X" shop',
    'mysql "-pX" shop',
    "mysql '--password=X' shop",
    'mysql --password="X" shop',
    "mysql -p$'X' shop",
    'curl -u "me:X" https://example.org',
  ])('quotes, which stay: %s', (command) => {
    for (const value of [secret, 'a b c1', 'pä55 wörd', 'it`s 1'].filter((one) => !/`/.test(one) || !command.includes('"'))) {
      expect(redacted(command.replace('X', value))).toBe(command.replace('X', mark));
    }
  });

  it.each([
    'sudo mysql -pX',
    'sudo -u me -H mysql -pX',
    'A=b C=d mysql -pX',
    'env -u A B=c mysql -pX',
    'nohup nice -n 5 mysql -pX &',
    'timeout 5 mysql -pX',
    'time mysql -pX',
    'xargs -n 1 mysql -pX',
    'find . -name a -exec mysql -pX {} \\;',
    'ssh -p 2222 me@host mysql -pX',
    "ssh me@host 'cd /tmp && mysql -pX'",
    'docker exec -it -e A=b db mysql -pX shop',
    'kubectl exec -n a pod -- mysql -pX',
    'unheard-of run -- mysql -pX',
    'bash -c "mysql -pX"',
    "sudo sh -lc 'cd /; mysql -pX | gzip'",
    'su - me -c "mysql -pX"',
    'ssh host "bash -c \'mysql -pX\'"',
    'ssh host "mysql -p\\"X\\" shop"',
    'powershell -NoProfile -Command "mysql -pX"',
    'cmd /c mysql -pX',
    'cat a.sql | mysql -pX; ls',
    'ls && mysql -pX || true',
    'out=$(mysql -pX -e "select 1")',
    'echo `mysql -pX`',
    'echo "$(mysql -pX)"',
    '(cd a; mysql -pX)',
    'ls\nmysql -pX\nls',
    'mysql \\\n  -pX',
    '$ mysql -pX',
  ])('a command inside another: %s', (command) => {
    expect(redacted(command.replace('X', secret))).toBe(command.replace('X', mark));
  });
});

describe('where no tool is known', () => {
  const dice = createDice(seed + 3);
  /** As generated passwords are: twelve signs of all sorts. */
  const mixed = `${secretOf(dice).slice(0, 5)}!${secretOf(dice).slice(3, 9)}`;
  const hex = dice.text(32, '0123456789abcdef');

  it.each([
    ['unheard-of -P X host', mixed],
    ['unheard-of -PX host', mixed],
    ['unheard-of -w X host', mixed],
    ['unheard-of -W X host', mixed],
    ['unheard-of -p:X host', mixed],
    ['unheard-of scott/X@//db:1521/orcl', mixed],
    ['unheard-of login me X', mixed],
    ['unheard-of add-user me X', mixed],
    ['unheard-of secrets set NAME X', mixed],
    ['unheard-of secrets set NAME=X', mixed],
    ['unheard-of config http-basic.example me X', mixed],
    ['unheard-of env:set A_PASSWORD X', mixed],
    ['unheard-of encrypt -K X file', hex],
    ['unheard-of --decrypt -k X file', hex],
  ])('what looks generated goes from: %s', (command, value) => {
    expect(redacted(command.replace('X', value))).toBe(command.replace('X', mark));
  });

  it.each(['-p', '-P', '-w', '-W', '-k', '-K'])('what does not stays after %s', (flag) => {
    for (const value of ['8080', 'project', 'my-project-2', 'Report2024', '2024-11-22T10:00', 'linux/amd64', '0x1f', 'v1.2.3-rc1', hex]) {
      const command = `unheard-of ${flag} ${value}`;
      expect(redacted(command)).toBe(command);
    }
  });
});

describe('nothing goes from', () => {
  it.each([
    'mkdir -p Xy7kq2Lm9/a',
    'ssh -p 2222 me@host',
    'mysql -u root -p shop',
    'mysql -p',
    'psql --host h --username me --password shop',
    'docker run -p 8080:80 --name mysql -e A=b nginx',
    'docker run --secret id=npmrc build',
    'unheard-of --password-file /run/secrets/a.txt',
    'unheard-of --password-stdin run',
    'unheard-of --token-file a9Xk2',
    'unheard-of --tokenizer a9Xk2b7Q',
    'unheard-of --secret-name a9Xk2b7Q',
    'unheard-of --secret-id a9Xk2b7Q',
    'unheard-of --key-name a9Xk2b7Q',
    'unheard-of --no-password a9Xk2b7Q',
    'unheard-of --password --verbose',
    'unheard-of --password',
    'unheard-of --password $DB_PASSWORD',
    'unheard-of --password "$DB_PASSWORD"',
    'unheard-of --password "${DB_PASSWORD:-x}"',
    'unheard-of --password "$(cat secret.txt)"',
    'unheard-of --password `cat secret.txt`',
    'unheard-of --password <password>',
    'unheard-of --password <your password> --user me',
    'unheard-of --password {{password}}',
    'unheard-of --password %PASSWORD%',
    'unheard-of --password your_password',
    'unheard-of --password changeme',
    'unheard-of --password "***"',
    'unheard-of --password ""',
    'unheard-of --password -',
    'unheard-of --token YOUR_API_TOKEN',
    'unheard-of --private-key ~/.ssh/id_ed25519',
    'unheard-of --api-key @path/to/key.txt',
    'unheard-of --password ‹redacted:password›',
    'curl -u ‹redacted:password› https://example.org',
    'curl -u me:$PASS https://example.org',
    'curl -u me https://example.org',
    'net user me',
    'net user me /domain',
    'net user me *',
    'zip -r a.zip b',
    'grep -p a9Xk2b7Q file',
    'cp -u -p report2024.txt b',
    'git commit -m "how the password is read"',
    'git log --author=me -p a9Xk2b7Q',
    'openssl enc -pass env:PASS -in a',
    'openssl enc -pass file:a.txt -in a',
    'aws s3api list-objects --starting-token a9Xk2b7QmN3',
    'ffmpeg -pass 1 -i a.mp4 b.mp4',
    'echo "the password" | md5sum',
    'date -u +%Y-%m-%dT%H:%M:%SZ',
    'mkdir -p aB3dE5fG7h',
    'grep -w aB3dE5fG7h file',
    'gh pr create -t title -a monalisa -b body',
    'pio run -t upload',
    'pip install -t vendor requests',
    'rclone sync -c source:a target:b',
    'ftp -p example.org',
    'zabbix_sender -z host -p 10051',
    'zfs create -p tank/data',
    'doppler run -p backend -c dev',
    'ldapmodify -a -H ldap://host',
    'ntfy publish -t finished -p high topic',
    'check_http -w 500 -c 1000 -H host',
    'sshuttle -x 10.0.0.0/8 -r host 0/0',
    'apprise -t title -b body',
    'twilio -p default api:core',
    'conda create -p myenv python',
    'avrdude -P usb -c avrisp',
    'docker pull registry/image:3.11-slim@sha256:0a1b2c',
    'npm install me@1.2.3',
    'scp me@host:/srv/aB3dE5fG7h .',
    'git clone git@example.org:me/aB3dE5fG7h.git',
    'unheard-of image:3.11-slim@latest',
    'unheard-of --next-token aB3dE5fG7h',
    'unheard-of --password-confirm',
  ])('%s', (command) => {
    expect(redacted(command)).toBe(command);
  });
});

describe('in a text that is no command', () => {
  const secret = secretOf(createDice(seed + 1));
  it.each([
    'mysql -pX shop — Terminal',
    'me@host:~$ mysql -pX shop',
    '# sshpass -p X ssh host',
    'last login today\n$ curl -u me:X https://example.org\nhello',
    'for the import run `mysql -pX shop` once',
    'me was allowed to run: sudo mysql -pX',
  ])('a quoted command loses its secret: %s', (text) => {
    expect(redacted(text.replace('X', secret), findInQuotedCommands)).toBe(text.replace('X', mark));
  });

  it.each([
    'The flag -p of mysql asks for a password, and curl -u takes user:password.',
    'mysql -p is what asks for one.',
    'at 10:00 he asked whether --password is safe',
    'go to the service and find its login page, token included',
    'Passwords are kept in the vault; see pass and bw.',
    'redis-cli -a is deprecated, says its manual',
    'docker login asks for the password of your account',
  ])('prose stays as it is: %s', (text) => {
    expect(redacted(text, findInQuotedCommands)).toBe(text);
  });
});

describe('any text', () => {
  const hostile = [
    "'",
    '"',
    '\\',
    '$(',
    '`',
    '(',
    'a ',
    '<<a ',
    'cat <<a\n',
    'mysql -pq1w2e3r4 ',
    'sudo ',
    'docker exec a ',
    'kubectl exec a -- ',
    'bash -c "',
    "bash -c 'a b' ",
    '--password ',
    '--password=',
    'find -exec ',
    'echo a1b2c3d4|chpasswd|',
    '(echo a)|passwd;',
    'mount -o a=b,password=c1,',
    '"$(a)" ',
    '${',
    'mysql -e "identified by \'',
    '`mysql -pX1x2y3` ',
    'mysql -pX1x2y3\n',
  ];

  it.each(hostile)('of 64 KB of %j is read in linear time', (part) => {
    for (const find of [findInCommand, findInQuotedCommands]) {
      const took = (length: number) => {
        const text = part.repeat(Math.ceil(length / part.length)).slice(0, length);
        const start = performance.now();
        find(text, []);
        return performance.now() - start;
      };
      // What is quadratic takes sixteen times as long as a quarter does, and seconds; a slow run may be the load of the machine.
      const whole = took(65_536);
      const best = whole > 150 ? Math.min(whole, took(65_536), took(65_536)) : whole;
      expect(best).toBeLessThan(Math.max(300, 12 * took(16_384)));
    }
  });

  it('is split into no more words than it has characters', () => {
    for (const part of hostile) {
      const text = part.repeat(Math.ceil(16_384 / part.length));
      const words = readCommands(text).reduce((sum, command) => sum + command.words.length, 0);
      expect(words).toBeLessThanOrEqual(text.length);
    }
  });

  it('that was redacted stays as it is when it is redacted again', () => {
    const dice = createDice(seed + 2);
    const commands = [...placesOfTools].flatMap(([tool, notation]) =>
      notation.split(',', 2).flatMap((place) => samplesOf(tool, place, dice).map(({ command }) => redacted(command))),
    );
    expect(commands.filter((command) => redacted(command) !== command)).toEqual([]);
  });
});
