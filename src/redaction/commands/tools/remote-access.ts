import type { ToolTable } from '../places.ts';

/** Logins on other machines, file transfers, desktops, tunnels, consoles. */
export const remoteAccess: ToolTable = [
  ['ipmitool', '-P?X, -k|-y K, -p|-U|-H|-I|-L|-C|-f|-t|-b|-e|-o _, user set password _ X, set password _ X'],
  ['sshpass', '-p?X, -e _, -P _, -f _, -d _, CMD'],
  ['ssh autossh mosh slogin et tsh dbclient', '-p|-i|-l|-o|-F|-L|-R|-D|-J|-b|-c|-e|-m|-w|-W|-E|-S|-O|-Q|-B|-I _, _ CMD, -M _'],
  ['scp sftp rsync sshfs ssh-copy-id ssh-keyscan rsh unison', '-p _, -P _, -o k=X, -e TEXT, --rsync-path TEXT'],
  ['ssh-keygen', '-N?X, -P?X, -f|-t|-b|-C|-m|-a|-s|-I|-n|-O|-V|-D|-E|-F|-R|-Y|-z _'],
  ['ssh-add ssh-agent keychain puttygen', '--old-passphrase|--new-passphrase _, -o _, -C _, -t _, -b _'],
  ['plink pscp psftp putty kitty pageant klink kscp ksftp', '-pw X, -P _, -i _, -l _, -load _, -hostkey _, -proxycmd TEXT, _ CMD'],
  ['winscp winscp.com', '/password=X, /passphrase=X, /newpassword=X, -password=X, -passphrase=X, -certificate=_, /command _'],
  ['lftp lftpget', '-u|--user user;X, -p|-e|-c _, open -u|: _'],
  [
    'ncftp ncftpget ncftpput ncftpls ncftpbatch ftp tnftp yafc cadaver curlftpfs ftpfs weex',
    '-u user:X, --user user:X, -P _, --password|--pass X, -o k=X',
  ],
  ['telnet rlogin cu minicom', '-l _, -p _'],
  [
    'screen tmux byobu zellij dtach abduco',
    '-S|-L|-t|-c|-h|-p|-s|-n|-f _, -dmS CMD, CMD, new-session|new|neww|new-window|split-window|respawn-pane CMD',
  ],
  ['rdesktop', '-p X, -u _, -d _, -g _, -a _, -r _, -k _, -T _, -c _, -s TEXT'],
  [
    'xfreerdp xfreerdp3 wlfreerdp sdl-freerdp sfreerdp freerdp freerdp-shadow-cli',
    `/p:X, /pth:H, /gp:X, /password:X, /gateway:k=X, /proxy:_, /assistance:X, /pcb:_, /cert:_, -p X, /v:_, /u:_, /d:_,
     /smartcard-logon:_, /pass:X, /reconnect-cookie:T, /gat:T`,
  ],
  [
    `vncviewer vncserver x11vnc xvnc tigervncserver vncpasswd x0vncserver xtigervncviewer gvncviewer vinagre remmina krdc krfb
     x2goclient nxclient ssvncviewer wayvnc gnome-remote-desktop grdctl`,
    `-passwd|-viewpasswd x, -unixpw _, -storepasswd X, -rfbport _, -display _, --storepasswd X, --password X, set-credentials _ X,
     set-password X, -f: | x`,
  ],
  [
    'teamviewer anydesk rustdesk nomachine parsec dwagent meshagent splashtop',
    'passwd x, --passwd X, --password X, --set-password X, --with-password _, -p X, | x',
  ],
  ['winexe wmis pth-winexe pth-smbclient pth-rpcclient pth-wmic pth-net', '-U?user%X, --user user%X, --password X, -A _'],
  [
    `smbclient smbget smbcacls smbcquotas smbspool smbtree smbtar rpcclient nmblookup samba-tool ntlm_auth mount.cifs mount.smbfs nmbd
     winbind sharesec cifsdd pdbedit dbwrap_tool eventlogadm wbinfo`,
    `-U?user%X, --user user%X, --password X, --newpassword X, -N _, -D _, -W _, -A _, -I _, -p _, -o k=X, -c _, --authenticate user%X,
     -a user%X, --krb5auth user%X, --pam-logon user%X, --change-user-password _, user create|add _ x, setpassword: --newpassword X, -P
     x, -t: -s: | x, -s: | x, --adminpass X, --krbtgtpass|--machinepass|--dnspass|--ldapadminpass X, _ x, //_ X`,
  ],
  ['smbmap', '-p X, -u _, -d _, -H _, -x TEXT, -P _, --prompt _'],
  ['enum4linux enum4linux-ng', '-p X, -u _, -w _, -k _, -H H'],
  ['mount', '-o?k=X, -t _, --options k=X, -L _, -U _'],
  [
    `mount.davfs davfs2 mount_smbfs mount_afp s3fs sshocker cifscreds smbnetfs gocryptfs encfs ecryptfs-add-passphrase
     ecryptfs-wrap-passphrase ecryptfs-unwrap-passphrase ecryptfs-rewrap-passphrase ecryptfs-insert-wrapped-passphrase-into-keyring
     cryfs securefs`,
    '-o k=X, --pass|--passphrase X, -extpass TEXT, --extpass TEXT, -masterkey K, _ x, -passfile _, -S: | x',
  ],
  [
    `openvpn wg wg-quick openconnect vpnc globalprotect nordvpn expressvpn mullvad windscribe
     surfshark-vpn forticlient openfortivpn anyconnect netbird tailscale zerotier-cli zerotier-idtool headscale tinc strongswan ipsec
     swanctl charon-cmd pppd pptpsetup xl2tpd sstpc wireguard snx gpclient pritunl-client pritunl-client-electron pritunl
     firezone-client warp-cli mullvad-vpn`,
    `--password|--passwd X, --passphrase X, -p?x, --authkey|--auth-key K, --login-key K, --setup-key|-k K, --cookie|-C COOKIE,
     --form-entry k=X, --otp X, --token-secret T, account set|login X, set-license T, registration license T, login: --token T,
     --password X, --pin X, --encrypt _, -u _, -c _, --key-password X, -P _, --two-factor|-2 X`,
  ],
  [
    `ss-local ss-server ss-redir ss-tunnel ss-manager sslocal ssserver ssurl ssmanager shadowsocks-libev obfs-local go-shadowsocks2
     outline-ss-server v2ray xray trojan trojan-go hysteria brook gost sing-box clash naive tuic`,
    '-k?X, -password X, --password X, -p _, -s _, -b _, -l _, -m _, -t _, -u _, -auth user:X',
  ],
  ['chisel', '--auth user:X, --key K, --keygen _, --authfile _, -p _'],
  [
    `iodine iodined dns2tcp dnscat dnscat2 ptunnel ptunnel-ng icmptunnel stunnel socat ncat nc netcat socksd microsocks dante 3proxy
     proxychains4-conf cntlm redsocks sshuttle`,
    `-P _, -x _, -p _, --proxy-auth user:X, --secret X, -k _, -l _, -key _, -r _, -e TEXT, -c TEXT, --exec TEXT, --sh-exec TEXT, -u _,
     -H _`,
  ],
  [
    `ipmiutil ipmi-sel ipmi-sensors ipmi-fru ipmi-chassis ipmi-config ipmipower ipmi-console ipmi-dcmi bmc-info bmc-device
     bmc-config ipmiconsole ipmi-oem ipmi-raw ipmicfg syscfg bmc-watchdog`,
    '-P?X, -p?x, --password X, -k|-y K, --k-g K, -K K, -U _, -H _, -I _, -L _, -R X, user set password _ x, set password _ x',
  ],
  [
    'racadm hponcfg ilorest redfish redfishtool rf_power idracadm idracadm7 ibmc omconfig onecli asu smcipmitool stormcli',
    '-p?X, --password X, set _ x, -P X, -r _, -u _, -rp X, -o: _ _ x, login: -p X',
  ],
  [
    'adb fastboot idevicepair ideviceinfo ideviceinstaller idevicerestore idevicebackup2 ideviceprovision scrcpy',
    `pair _ X, encryption on|off X, encryption on X, encryption off X, changepw X, changepw _ X, shell CMD, -s|-P|-H|-t|-L|-u _,
     --password X, oem unlock T, --otp _, input text x`,
  ],
  ['pkexec gksudo kdesudo gosu su-exec chpst setuidgid', '-u _, --user _, -g _, CMD'],
  [
    'pct lxc lxd incus lxc-attach lxc-create qm pvesh pveum pvecm proxmox-backup-client proxmox-backup-manager pvesm vzctl prlctl',
    `--password X, -password X, --cipassword X, --userpasswd X, -n|--name _, --trust-password X, exec _ CMD, enter _ CMD, config set
     core.trust_password x, * id!T, --apitoken T, set: --password X, useradd: -password X, --secret T, passwd: --password X`,
  ],
  [
    `virsh virt-install virt-viewer virt-manager virt-customize virt-sysprep virt-builder virt-cat virt-edit qemu-img
     qemu-system-x86_64 qemu-nbd guestfish guestmount virt-copy-in virt-copy-out`,
    `--password x, --graphics k=X, --root-password password:X, --object k=X, --encryption-password X, --value X,
     --base64 K, set-user-password _ _ X, set-user-password: --password X, -o k=X, --key k=X, secret-set-value _ X, secret-set-value:
     --base64 K, --disk _, -spice k=X, -vnc _`,
  ],
  [
    `vboxmanage vboxheadless vmrun vmware-cmd govc esxcli vim-cmd ovftool powercli packer esxcfg-user vmkfstools vcsa-deploy
     vifs vicfg-user multipass`,
    `guestcontrol: --password X, --password _, --passwordfile _, --proppassword X, --vnc-pass X, -gp X, -vp X, -p x, -h _, -u _,
     --newpassword _, --settingspw X, -var k=X, --name _, -pass X, --token T, modifyvm: --vrdeproperty any=X`,
  ],
  ['wg', 'pubkey: | P, genpsk: | P'],
  ['pyftpdlib ftpserver vsftpd', '-P X, --password X, -u _, -p _, -d _'],
  ['ncftp ncftpget ncftpput ncftpls ncftpbatch curlftpfs', '-p X'],
  ['openconnect forticlient pritunl-client', '-p X'],
  ['iodine iodined', '-P?X'],
  ['ptunnel ptunnel-ng', '-x X'],
  ['cntlm', '-p X, -u|-d _'],
  ['vboxsdl', '--settingspw X'],
  ['vmrun vmware-cmd esxcli vifs vicfg-user esxcfg-user vim-cmd', '-p X'],
  ['vagrant', 'login: -t T, --token T, -c|--command TEXT'],
  ['lftp', '-e|-c TEXT'],
  ['open', '-u user;X'],
  ['brook', '-p X'],
  ['amttool', '_ x'],
  ['rasdial', '_ _ X'],
];
