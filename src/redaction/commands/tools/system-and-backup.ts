import type { ToolTable } from '../places.ts';

/** Accounts of a machine, tools that run other commands, backups, media and things at home. */
export const systemAndBackup: ToolTable = [
  ['sudo doas', '-u|-g|-h|-p|-C|-r|-t|-T|-U|-D|-R|--user|--group|--host|--prompt|--chdir|--role|--type _, -S|--stdin: | X, CMD'],
  ['su runuser', '-c|--command TEXT, -s|--shell|-g|-G|-w _, | X'],
  ['passwd', '--stdin|-s: | X, -p X, | X, -n|-x|-w|-i|-R|-S _'],
  ['chpasswd chpasswd.pl', '-c|-s|-R|--crypt-method|--root|--sha-rounds _, | user:X, -e: | user:H'],
  ['newusers', '| user:X'],
  ['smbpasswd', '-s|-a: | X, -w X, -r|-U|-D|-c|-R _, _ X, -a _ X'],
  ['chage gpasswd groupmod groupadd', '-p|--password H, -E|-I|-m|-M|-W|-d|-g|-K|-R|-a|-A _'],
  [
    'useradd usermod adduser luseradd lusermod mksmbpasswd pw sysadminctl userdbctl homectl chsh busybox-adduser lpasswd lchage',
    `-p|--password X, -h|-H|-s|-d|-g|-G|-c|-u|-k|-e|-f|-K|-b|-m|-n|-w|-l|-L|-C _, usermod|useradd: | x, -password X,
     -newPassword|-oldPassword|-adminPassword|-passwordnot X, -adminUser|-addUser|-fullName|-resetPasswordFor _, -passwd _ X X,
     -authonly _ X, --plainpassword|--plain-password X, useradd: -w _`,
  ],
  [
    `mkpasswd grub-mkpasswd-pbkdf2 grub2-mkpasswd-pbkdf2 grub-md5-crypt makepasswd cracklib-check pwscore pwmake pwqcheck
     passwdqc_check doveadm-pw htpasswd-bcrypt php-hash bcrypt-cli openssl-passwd caddy-hash`,
    '-m|-S|--method|--salt|-R|-s|-P|-l|-c _, x, _ x, | x, --clear=X, --plaintext|-p X, -m _',
  ],
  ['django-admin manage.py', '--password X, createsuperuser: --password X'],
  ['cryptpw', 'X, -m|-S|-P _'],
  ['hash-password', '--plaintext|-p X'],
  ['setpasswd pwconv vipw vigr faillock pam_tally2 loginctl login newgrp sg visudo ncrypt', '| x'],
  [
    `nohup setsid time command exec eval builtin nice ionice chrt taskset numactl stdbuf unbuffer env xargs timeout gtimeout watch
     parallel entr hyperfine strace ltrace gdb valgrind perf firejail bwrap proot fakeroot fakechroot torsocks torify tsocks
     proxychains proxychains4 usewithtor dbus-run-session dbus-launch systemd-run systemd-inhibit caffeinate rlwrap rlfe catchsegv
     setarch linux32 linux64 i386 cgexec unshare nsenter chroot arch-chroot systemd-nspawn schroot ip cpulimit flock script at batch
     tsp pueue chronic ts retry ifne lckdo run-one run-this-one daemonize start-stop-daemon forever pm2 nodemon supervisor watchexec
     reflex fswatch-run direnv dotenv envdir with-env zsh-defer op-run faketime datefudge eatmydata ddtrace-run newrelic-admin
     opentelemetry-instrument coverage bash-it detach busybox toybox tee-run`,
    `-n|-c|-u|-p|-s|-k|-I|-P|-L|-d|-a|-g|-C|-o|-e|-i|-E|-w|-W|-l|-m|-N|--signal|--kill-after|--interval|--jobs|-j|--joblog|--arg-file|--delimiter|--unset|--chdir|-S|--adjustment|--max-procs|--max-args|--uid|--gid|--unit|--property|--slice
     _, -c|--command TEXT, netns exec _ CMD, -- CMD`,
  ],
  [
    `nohup setsid time command exec eval builtin nice ionice stdbuf unbuffer env xargs watch parallel hyperfine strace ltrace valgrind
     firejail fakeroot torsocks torify tsocks proxychains proxychains4 usewithtor dbus-run-session dbus-launch systemd-run
     systemd-inhibit caffeinate rlwrap catchsegv setarch unshare nsenter systemd-nspawn chronic ifne run-one run-this-one faketime
     eatmydata busybox toybox pueue tsp entr daemonize`,
    'CMD',
  ],
  ['timeout gtimeout chroot arch-chroot chrt taskset flock cgexec retry datefudge', '_ CMD'],
  [
    'find fd fdfind gfind',
    `-exec|-execdir|-ok|-okdir|-x|-X|--exec|--exec-batch CMD,
     -name|-iname|-path|-ipath|-type|-size|-mtime|-user|-group|-perm|-newer|-regex _`,
  ],
  [
    'bash sh zsh dash ksh ash fish csh tcsh mksh rbash yash elvish nu xonsh',
    '-c|-lc|-ic|-xc|-ec|-cx|-lic|-ce|-euc|-euxc TEXT, -o|-O|--rcfile|--init-file _',
  ],
  [
    `xterm gnome-terminal konsole alacritty kitty-terminal urxvt rxvt st foot wezterm terminator xfce4-terminal lxterminal tilix
     mate-terminal x-terminal-emulator`,
    '-e|-x|--command CMD, -- CMD, -t|-T|--title _',
  ],
  [
    'crontab osascript logger wall write notify-send zenity kdialog dialog whiptail yad systemd-ask-password ssh-askpass pinentry',
    '-e TEXT, -p _, --password _',
  ],
  ['pro ua ubuntu-advantage', 'attach T'],
  ['canonical-livepatch', 'enable T'],
  ['locksettings', 'set-password|set-pin|set-pattern X, --old X'],
  [
    `systemctl service machinectl hostnamectl busctl systemd-firstboot cloud-init cloud-localds virt-firstboot snap
     flatpak debconf-set-selections dpkg-reconfigure apt yum dnf zypper rpm rpmsign rpmbuild debsign dpkg-sig pacman makepkg
     landscape-config SUSEConnect transactional-update subscription registercloudguest`,
    `--root-password X, --root-password-hashed H, --registration-key X, --token T, --regcode K, --email|-e|-p|-u _, --account-name
     _, -k _, --passphrase X, --define k=X, | k=X`,
  ],
  [
    `mokutil efibootmgr grub-install grub-set-default grub-reboot sbsign sbkeysync sbvarsign bootctl fwupdmgr flashrom biosutil cctk hpsetup thinkbios`,
    `--hash-file _, --password _, --setuppwd=X, --syspwd=X, --valsetuppwd=X, --ValSetupPwd=X, --passphrase X, /cspwdfile:_, --key _,
     --cert _`,
  ],
  [
    `borg borgmatic duplicity duply duplicati duplicati-cli rdiff-backup kopia rclone attic bup tarsnap tarsnap-keygen vorta
     deja-dup urbackupclientctl urbackup bacula bconsole bareos amanda veeam veeamconfig burp borgbase
     rsnapshot zbackup obnam hashbackup hb cloudberry cbb duplicacy arq arqc snebu backintime timeshift proxmox-backup rsyncrypto
     syncthing syncthing-cli nextcloudcmd owncloudcmd megatools megadl megals megaput megarm megaget megacopy megadf mega-login
     mega-cmd gdrive drive insync dropbox dropbox_uploader onedrive odrive icloudpd icloud pcloudcc mountpoint-s3 b2 backblaze
     swift-upload jottad jotta-cli seaf-cli filen internxt protondrive`,
    `-p _, --password|-pass|--sync-password X, --passphrase X, --rc-pass|--rc-web-gui-pass X, --pass X, --user _,
     --htpasswd|--rc-htpasswd _, obscure X, reveal x, config create _ _ pass|password|secret_access_key|token|client_secret|key x,
     config password _ _ x, config password _ x, config update _ pass|password|secret_access_key|token|key x, authorize _ _ x,
     --s3-secret-access-key|--secret-access-key|--secret-key K, --access-key|--session-token k,
     --sftp-pass|--ftp-pass|--webdav-pass|--smb-pass|--mega-pass|--crypt-password|--crypt-password2|--http-pass X,
     --b2-key|--account-key|--key|--storage-key K, --encryption-passphrase X, --password-command|--encryption-passcommand _, --key-hint
     _, -l _, --backup-password X, -o k=X, -u|-a|-e|-r|--repo|-H|-t|--tag|-n|-s|-d|-h|-m _, --auth-password X, --otp PIN, login _ x,
     login _ _ x, -p x, --server-password|--server-control-password|--new-password X, --server-username _, authorize-account _ K,
     authorize_account _ K, account authorize _ K, --gui-password X, cli config gui password set X,
     --gui-apikey|--api-key|--gui-api-key K, init: -p X, set-token T,  --ssh-key _, --azure-account-key K, --webdav-password X`,
  ],
  ['megadl megals megaput megarm megaget megacopy megadf megareg megamkdir megatools', '-p|--password X, -u|--username _, --limit-speed _'],
  [
    `plink2 mpv vlc cvlc ffmpeg ffplay ffprobe mencoder mplayer gst-launch-1.0 obs shairport-sync spotifyd spotify_player ncspot
     librespot mopidy mpc mpd ncmpcpp kodi-send jellyfin plexmediaserver plex get_iplayer handbrakecli handbrake-cli makemkvcon
     mkvmerge mp4box mp4decrypt mp4encrypt shaka-packager packager n_m3u8dl-re n_m3u8dl-cli yle-dl openssl_hls castnow catt
     pychromecast airplay tidal-dl qobuz-dl deemix bandcamp-dl mumble-cli icecast ices darkice butt liquidsoap`,
    `-p x,  -u _, --password X, --sout-http-pwd|--http-password|--ftp-pwd|--rtsp-pwd|--smb-pwd|--sftp-pwd|--http-pwd X,
     --http-user|--rtsp-user _, -decryption_key|-encryption_key|-cenc_decryption_key|-hls_enc_key K, --key name:K, --keys any=K, --keys
     k=X, --passwd X, -t x, --rtsp-password X, --lua-http-password X, -http-password X, -passwd X, --token T,
     -i|-f|-c|-v|-o|-h _, -activation_bytes|-audible_key|-audible_iv K`,
  ],
  [
    `homeassistant hass hass-cli hue tplink-smarthome-api kasa tinytuya miiocli miio tuya-cli esphome esphomeyaml espota.py platformio
     pio arduino-cli esptool esptool.py espsecure.py avrdude particle balena balena-cli mender mender-artifact mender-cli swupdate rauc
     aws-iot octoprint octoprint-cli prusa-link bambu unifi unifi-os zigbee2mqtt zwave-js openhab-cli nodered node-red node-red-admin
     raspi-config vcgencmd rpi-imager imager sonoff ring-cli tesla teslapy vesync androidtv atvremote pyatv nest wemo google-assistant
     alexa-remote sonos cync`,
    `--token|--api-key T, -k t, --auth-key T, --password X, --username|-u _, -p _, --api-token T, -a x, --auth=X, -i _, -f _, login:
     -t T, login: -p X, --wifi-password X,
     --companion-credentials|--mrp-credentials|--dmap-credentials|--airplay-credentials|--raop-credentials T, --pin PIN, hash-pw X,
     --artifact-key _, -K|--key k, do_wifi_ssid_passphrase _ X, --keyfile _, hash x, rest: --passwd X, set-key X, --secret X,
     configure: --password X, -s _, --user user:X`,
  ],
  [
    `steamcmd steam depotdownloader steamguard steamguard-cli legendary heroic lutris minecraft-launcher itch butler epic-asset-manager
     rconc gorcon srcds_run srcds hlds_run mcstatus papermc factorio valheim_server arkascendedserver arkserver
     palserver terraria terrariaserver rustdedicated starbound_server dst_server zandronum doom quake3 ioq3ded xonotic openttd openra
     wesnothd freeciv-server minetest luanti`,
    `login _ x, login _ _ x, +login _ X, +login _ _ X, -password X, -pass X, -username|-app|-depot|-beta|-branch _,
     -branchpassword|-betapassword X, --password|-rconpassword X, -p x, --rcon-password X, -rcon_password X, +rcon_password X,
     +sv_password X, +rcon.password X, +server.password X, -pw X, +password X, -H|-P|-a|-c|-s _, --code|--sid T,
     --passkey|--encryption-password X, set_steam_guard_code T, +set_steam_guard_code T, +sv_setsteamaccount T, -adminpassword X,
     -adminpassword=X, -serverpassword=X, -ServerPassword=X, -AdminPassword=X, * password=X, -authkey K, --auth T, auth: --code T`,
  ],
  [
    `trello jira jira-cli jiracli confluence-cli asana linear notion todoist clickup monday zendesk hubspot salesforce
     force sfcli force-dev-tool force-cli sfdc servicenow snc toggl clockify harvest wakatime wakatime-cli watson timew jrnl
     standardnotes sn-cli joplin nb obsidian evernote geeknote hackmd-cli wiki-cli mwclient pywikibot dokuwiki ebay cradle airtable
     contentful contentful-cli sanity strapi storyblok directus ghost shopify themekit theme bigcommerce wix prismic datocms graphcms
     hygraph kentico hubspot-cli hs wordpress-cli medusa-cli`,
    `--password|--pass X, -p x, --token|--api-token T, --management-token|--mt T, --api-key|--key K, -k k, -u|--username|-h|-s|-e|--email
     _, login _ x, config set k=X..., config set _ t, --secret X, --shopify-token T, auth: --token T, -w x, config api_token t,
     authorize t, --user user:X, force: -p X, login: -p X, login: -u _, --sfdx-auth-url T, --jwt-key-file _, --clientsecret T,
     --new-password X, --encryption X, e2ee enable X, config
     sync.9.password|sync.5.password|sync.6.password|sync.8.password|sync.10.password x, admin:create-user: --password X,
     admin:reset-user-password: --password X, admin:create-user: -p X`,
  ],
  [
    `nmap masscan rustscan zmap nessuscli gvm-cli gvm-tools gvmd gvm-script omp openvasmd nexpose lynis chkrootkit shodan censys
     zoomeye subfinder amass theharvester recon-ng spiderfoot sn0int h8mail holehe vt vt-cli virustotal-search greynoise otx abuseipdb
     urlscan maltrail misp opencti yeti thehive cortex rekall volatility vol.py intelmq ipinfo geoipupdate dnsrecon securitytrails hibp
     pwned sherlock ghunt osmedeus bbot reconftw chaos pdtm uncover notify-pd interactsh-client nuclei-cloud`,
    `init k, apikey k, --new-password|--password X, -w x, --gmp-password X, --gmp-username _, -p _, user: -w X, -key K, --key K, -k k,
     --apikey|--api-key|-api-key K, --script-args k=X, -apikey K, setup k, config: -k K, api k, api_key K, token t, -token T,
     --create-user: --password X, --new-password X, --user user:X, auth: -u _, -t x, scan: -k K, pw x, lookup: -k K, --create-user=_,
     fetch register K`,
  ],
  ['keyctl', 'add user|logon _ X, update _ X, instantiate _ X, add user|logon _: | X, padd: | X'],
  ['secret-tool kwallet-query keepassxc-cli vncpasswd grub-mkpasswd-pbkdf2 grub2-mkpasswd-pbkdf2 systemd-creds', '| X'],
  ['pass gopass passage', '| x'],
  ['mkpasswd', 'X, | X, -m|-S|-R|-P|--method|--salt|--rounds _'],
  ['pw', '-h: | X'],
  ['pm2', 'link T'],
  ['elixir iex mix', '--cookie T'],
  ['erl werl', '-setcookie T, -sname|-name|-pa|-eval|-s _'],
  ['tmate', '-k K, tmate-api-key K, -f|-S|-n|-r _'],
  ['arkascendedserver arkserver shootergameserver conansandboxserver', '* k=X'],
  ['synouser', '--add _ X, --setpw _ X'],
  ['mas', 'signin _ X'],
  ['m', 'wifi connect _ X'],
  ['chpass', '-p|-a X'],
  ['pwhash encrypt', 'X, | X'],
  ['cracklib-check pwscore pwqcheck passwdqc_check ssss-split ssss-combine', '| X'],
  ['gnome-keyring-daemon', '--unlock: | X'],
  ['pio platformio', 'account: -p X, account: -u _, account: --password X'],
  ['SUSEConnect registercloudguest transactional-update', '-r|--regcode K, -e|-p _'],
  ['icloudpd icloud kopia', '-p X'],
  ['espota.py', '-a X, -p _'],
  ['tinytuya', '-k K'],
  ['hue', '-k t'],
  ['cradle', '-p X, -u|-h|-s|-e _'],
  ['torsocks', '-p|--pass X, -u|--user _'],
  ['supervisorctl supervisord pidproxy', '-p X, -u|-c|-s _'],
  ['atuin', '-k|--key X, -p|--password X, -u|-e _'],
  ['dict', '-k|--key X, -u|--user|-h|-p|-d _'],
  ['cygrunsrv', '-w|--passwd X, -u|-I|-p|-a _'],
  ['pg_ctl', '-P X, -U|-D|-N|-o|-l _'],
  ['rslsync', '--get-ro-secret K'],
  ['lncrawl', '--login _ X'],
  ['nix nix-build nix-shell', '--access-tokens|--extra-access-tokens any=T'],
  ['dscl', '-P X, -p _, -passwd _ X X, -authonly _ X, passwd _ X, passwd _ _ X'],
  ['restic rustic resticprofile autorestic', '-p|-r|--repo|-H|--host|--tag|--password-command|--key-hint _, -o k=X'],
  ['sfdx sf-cli sf', '-p|-w|-k _, --clientsecret T, --sfdx-auth-url T, --jwt-key-file _, config set k=X...'],
  ['mcrcon rcon rcon-cli', '-p|--password X, -H|-a|-s|-c _'],
  ['changepass.pl', '_ _ X'],
  ['v-add-user v-change-user-password', '_ X'],
  ['drupal', 'user:password:reset _ X'],
  ['vonage', 'setup _ t'],
];
