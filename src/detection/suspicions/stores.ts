/** Where the system and its users keep what opens other doors, and who may name it without being suspected. */
import type { Program } from '../shell.ts';
import { copied, isAmong, pathsNamed, writtenInline, type Files } from './paths.ts';
import { operands, perProgram } from './rule.ts';

/** Hashes and keys that nobody reads in a day's work: the system's programs do it for people. */
export const hashStores: Files = {
  pattern: new RegExp(
    [
      String.raw`^/(private/|usr/local/|var/backups/)?(etc/)?(g?shadow|master\.passwd|spwd\.db)(-|~|\.\w+)?$`,
      String.raw`^/etc/(security/(opasswd|passwd)|krb5\.keytab|ssh/ssh_host_\w+_key|ppp/(chap|pap)-secrets|ipsec\.secrets)$`,
      String.raw`^/var/lib/(mysql/mysql/(user|global_priv)\.|sss/(secrets|db)/|samba/private|extrausers/shadow)`,
      String.raw`^/var/db/(dslocal/nodes/Default/users|shadow)/|^.*/NTDS\.dit$`,
    ].join('|'),
  ),
  known: ['/etc/shadow', '/etc/gshadow', '/etc/master.passwd'],
};

/** Accounts, rights and keys of the system. */
export const systemStores: Files = {
  pattern: new RegExp(
    [
      String.raw`^/(usr/local/)?etc/(passwd[-~]?|sudoers(\.d(/.*)?)?|doas\.conf)$`,
      String.raw`^/(usr/share|etc)/polkit-1/(rules|actions|localauthority)[^ ]*`,
      String.raw`^/(var/)?run/secrets/kubernetes\.io/`,
      String.raw`^/etc/(NetworkManager/system-connections|wpa_supplicant)(/.*|\.conf)?$`,
      String.raw`^/proc/[^/]+/environ$|^/tmp/krb5cc_`,
    ].join('|'),
  ),
  known: ['/etc/passwd', '/etc/sudoers'],
};

/** Keys, passwords, tokens and cookies of people. */
export const userStores: Files = {
  pattern: new RegExp(
    [
      String.raw`^~/\.ssh/(id_\w+|identity|\*|id_\*|.*\.pem)$`,
      String.raw`^~/\.(aws/credentials|netrc|git-credentials|pgpass|my\.cnf|docker/config\.json|kube/config|vault-token|npmrc|pypirc|s3cfg|boto|rhosts|env)$`,
      String.raw`^~/\.(azure/(accessTokens|msal_token_cache)\.json|cargo/credentials(\.toml)?|terraform\.d/credentials\.tfrc\.json)$`,
      String.raw`^~/\.config/(gcloud/\S+\.(db|json)|gh/hosts\.yml|hub|rclone/rclone\.conf|filezilla/\S+\.xml|doctl/config\.yaml)$`,
      String.raw`^~/\.(gnupg(/(private-keys|secring).*)?|password-store(/.*)?|local/share/(keyrings|kwalletd)(/.*)?)$`,
      String.raw`^~/.*(logins\.json|key[34]\.db|signons\.sqlite|cookies\.sqlite|/Login Data|/Cookies(\.binarycookies)?)$`,
      String.raw`^(~|/)/?Library/Keychains?(/.*)?$|^.*\.(kdbx|keychain|keychain-db)$`,
    ].join('|'),
  ),
  known: ['~/.ssh/id_rsa', '~/.ssh/id_ed25519', '~/.aws/credentials', '~/.netrc'],
};

export const authorisedKeys = /^(~|\/etc)\/\.?ssh\/(.*\/)?authorized_keys2?$/;
export const historyFile = /^~\/\.(\w*_?history|zhistory|lesshst|viminfo|local\/share\/fish\/fish_history)$|^\$\{?HISTFILE\}?$/;

/** A set of programs from their names, separated by blanks. */
export const names = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Programs that name a file without showing or changing what is in it. */
export const lookers = names(
  `ls ll stat man file test [ [[ which whatis whereis echo printf find locate getfacl lsattr readlink realpath basename dirname touch
   mkdir chown chgrp chmod setfacl cd du wc rm visudo pwck grpck restorecon chcon lsof fuser inotifywait auditctl md5sum sha256sum export
   declare local for vipw sudoedit apropos git etckeeper aide gh docker-compose podman-compose tldr exa eza chattr unset shred`,
);

/** Programs whose business a user's own keys are. */
const keyHolders = names(
  `ssh scp sftp rsync ssh-add ssh-keygen ssh-copy-id ssh-agent sshfs mosh autossh ansible ansible-playbook ansible-vault gpg aws kubectl
   gcloud az docker podman helm pass export puttygen openssl age sops eksctl k9s vi vim nvim nano code emacs chezmoi terraform vault psql
   mysql mysqldump mysqladmin keepassxc keepassxc-cli kpcli kdbxviewer npm yarn pnpm pip twine cargo rclone s3cmd security source . sed
   source pwsh gradle mvn minikube kind k3s stern kubectx kubens flux argocd crictl skopeo buildah`,
);

/** Programs whose first word is a pattern to look for, not a file. */
const searchers = names('grep egrep fgrep rg ag ack zgrep pgrep pkill');

/** The paths whose content a program gets hold of or changes. */
export const pathsTouched = perProgram((program) => {
  if (lookers.has(program.name)) return [];
  const paths = pathsNamed(program);
  if (!searchers.has(program.name) || program.args.some((word) => /^-\w*[ef]/.test(word))) return paths;
  const pattern = operands(program)[0];
  return pattern === undefined ? paths : paths.filter((path) => path !== pattern);
});

/** What a program gets hold of in somebody's own store: to fill one is not to read it, and some programs live on them. */
export const keysRead = perProgram((program) => {
  if (keyHolders.has(program.name)) return [];
  const filled = new Set([...writtenInline(program), ...copied(program).to]);
  return pathsTouched(program).filter((path) => !filled.has(path) && !path.endsWith('.pub') && isAmong(path, userStores));
});

/** Text is not a file: programs that are told a sentence may name any path in it. */
const talkers = names(
  'git gh sed logger mail wall notify-send say ssh su sh bash zsh dash ksh fish watch sudo xargs parallel docker kubectl cat tee jq',
);
/** Programs that take orders from their input. */
const readsOrders = names('python python3 perl ruby node php lua sqlite3 ed ex vi vim mysql psql gdb ftp sftp tclsh irb');

/** Whether a program is told of such a path inside a word of several, as code, queries and editor commands do. */
export function namesInText(program: Program, path: RegExp): boolean {
  if (talkers.has(program.name) || lookers.has(program.name) || searchers.has(program.name)) return false;
  const told = program.args.some((word) => /[\s'"(|!]/.test(word) && path.test(word));
  return told || (program.input !== null && readsOrders.has(program.name) && path.test(program.input));
}
