/** Commands a program is handed in its words or its environment: an escape of an editor, a pager, a filter, a proxy command. */
import { shells } from './shell-wrappers.ts';

/** Longest word that is looked into, in characters. */
const wordCharactersMax = 2_048;
/** Commands taken from one program's words. */
const handedMax = 8;

/** Programs that treat a word as text, so that a shell named in it runs nothing. */
export const namesShellsAsText = new Set(
  'useradd usermod adduser chsh pw dscl su runuser login echo printf cat tee ls stat file which whereis type test [ [[ grep egrep fgrep zgrep rg sed gsed ldd readlink realpath touch cp mv ln rm cmp diff md5sum sha256sum chmod chown head tail export alias declare trap eval apt-file update-alternatives lsof fuser pkill pgrep strings jq yq wc cut sort tr install mkdir cd source . logger notify-send say'.split(
    ' ',
  ),
);
/** Programs whose business is to start a person's shell, here or somewhere else. */
export const startsShellsDaily = new Set(
  'tmux screen kitty xterm alacritty foot wezterm konsole gnome-terminal urxvt ttyd ssh mosh docker docker-compose podman-compose aws gcloud az heroku fly flyctl cf nomad incus singularity apptainer udocker enroot devcontainer limactl minikube multipass wsl podman nerdctl kubectl oc lxc lxc-attach toolbox distrobox bwrap firejail systemd-nspawn machinectl vagrant flatpak snap nix-shell nix guix chroot arch-chroot debootstrap proot srun salloc sbatch qsub bsub crontab find xargs nc ncat socat watch script man git gosu arch32 schroot pct qm crictl ctr virsh adb termux-chroot code direnv asciinema'.split(
    ' ',
  ),
);

const shellName = String.raw`(?:/(?:usr/)?(?:local/)?bin/)?(?:ba|z|da|k|c|tc|a|fi)?sh`;
/** A word that is a shell's command line, after what it may stand behind: `exec=`, `-o ProxyCommand=;`, `!`. */
const startsAsShell = new RegExp(
  String.raw`^(?:--?[\w-]+=)?(?:[\w.:-]+=|(?:exec|\w*Command)[:=\s]\s*)?[;!|@\s]*((?:exec\s+|reset;\s*(?:exec\s+)?)?${shellName}(?=[\s;]|$)[^]*)$`,
);
const isPlainName = /^[\w-]+$/;
/** An escape to the shell as editors, pagers, debuggers and database clients have it. */
const escapes = /^(?:\+|:)?\s*(?:!+|\\!|\.?shell\s|\.system\s|r\s*!|silent\s*!)\s*(.+)$/s;
const setsShell = /^\+?:?set? (?:shell|sh)=(.+)$/;
const escaping =
  /^(r?vim?|nvim|r?view|vimdiff|vimtutor|ex|ed|red|emacs|less|more|most|pg|gdb|lldb|ftp|lftp|sftp|mysql|mariadb|psql|sqlite3?|dc|mail|mailx|mutt|nmap|smbclient|cpan|iftop|crash|debugfs|tdbtool|ginsh|tasksh|bc)$/;
/** `1e command` of GNU sed runs it, `s/…/…/e` runs what was made. */
const sedRuns = /(?:^|[;\n{])\s*(?:\d+|\$|\/[^/]*\/)?\s*e\s+(\S.*)$/m;
/** The escape of a program that is told to run something else than its own work, typed as a line of its own. */
const typedEscape = /^:?\s*(?:!+|\\!)(?=[^=!\s])/;

/** Variables that name a program which another program starts for them. */
const runsVariable =
  /^(\w*PAGER|\w*EDITOR|VISUAL|BROWSER|LESSOPEN|LESSCLOSE|GIT_(SSH|SSH_COMMAND|EXTERNAL_DIFF|ASKPASS|PROXY_COMMAND)|SSH_ASKPASS|SUDO_ASKPASS|MANPAGER|PROMPT_COMMAND|BASH_ENV|ENV|PERL5DB|RUNTIME|MAKE_?SHELL)$/;

/** The shell text inside a word of `name`, or null where the word is only a word. */
function commandInWord(name: string, word: string): string | null {
  if (word.length > wordCharactersMax) return null;
  if (escaping.test(name)) {
    const escaped = escapes.exec(word)?.[1] ?? setsShell.exec(word)?.[1];
    if (escaped !== undefined) return escaped;
  }
  if (name === 'sed' || name === 'gsed') return sedRuns.exec(word)?.[1] ?? null;
  if (namesShellsAsText.has(name) || startsShellsDaily.has(name)) return word.includes('=') ? shellAfterOption(name, word) : null;
  const found = startsAsShell.exec(word)?.[1];
  // A shell's path that is a word of its own may be any file; whether it is run is for a rule to say.
  return found === undefined ||
    (found === word && !/[\s;]/.test(word)) ||
    isPlainName.test(found) ||
    /shell=$/i.test(word.slice(0, -found.length))
    ? null
    : found;
}

/** Where shells are daily, only the value of an option that takes a command counts: `-o ProxyCommand=`, `-c core.pager=`. */
function shellAfterOption(name: string, word: string): string | null {
  if (namesShellsAsText.has(name)) return null;
  return /^(?:core\.\w+|\w*Command|pager\.\w+|alias\.\w+|sequence\.editor)=/i.test(word) ? (startsAsShell.exec(word)?.[1] ?? null) : null;
}

/** What the words of a program make it run besides itself, as shell text. */
export function commandsHanded(name: string, args: readonly string[]): string[] {
  if (shells.has(name)) return [];
  const found: string[] = [];
  for (const word of args) {
    if (word.length < 'sh'.length) continue;
    const command = commandInWord(name, word);
    if (command !== null) found.push(command);
    if (found.length >= handedMax) break;
  }
  return found;
}

/** The command in a variable that another program will run, where it is a shell: `PAGER='sh -c …'`. */
export function commandInVariable(name: string, value: string): string | null {
  return runsVariable.test(name) ? (startsAsShell.exec(value.slice(0, wordCharactersMax))?.[1] ?? null) : null;
}

/** What follows the escape of a line that was typed into a program: `!/bin/sh`, `:!sh`; null for any other program name. */
export function escapedTo(path: string): string | null {
  return typedEscape.test(path) ? path.replace(typedEscape, '') : null;
}
