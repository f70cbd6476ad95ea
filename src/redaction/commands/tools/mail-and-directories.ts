import type { ToolTable } from '../places.ts';

/** Mail, directories and logins of an organisation, network devices and messages between things. */
export const mailAndDirectories: ToolTable = [
  [
    `ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami ldapcompare ldapmodrdn ldapexop ldappasswd ldapvi ldapurl shelldap
     ldapmodify.py dsconf dsctl dsidm`,
    `-w?X,   -D|-H|-b|-h|-p|-f|-l|-z|-o|-y|-O|-Y|-U|-R|-X|-Z|-d _, --bindPassword|--bindPasswd X, -j _, -W x, ldappasswd: -s
     X, ldappasswd: -a X, --bindpw X`,
  ],
  ['ldappasswd', '-s?X, -a?X, -w?X, -D|-H|-h|-p|-t|-T|-y _'],
  ['slappasswd', '-s?X, -h _, -T _, -c _'],
  ['slapadd slapcat slapd slapindex slapacl slapauth', '-D|-f|-b|-l|-n|-s _, -X x'],
  [
    'dsmodify dsimport dsexport dsreplication ldapmodify-ds ldappasswordmodify dsconfig manage-account dsee',
    '-w|--bindPassword X, -n|--newPassword X, -c|--currentPassword X, -D|-h|-p|-b _, -j _, --adminPassword X',
  ],
  [
    'kinit kpasswd kadmin kadmin.local ktutil kdestroy kvno kdb5_util krb5_newrealm k5start ksu kprop',
    '-w?X, -p _, -k _, -q TEXT, -P?x, addprinc: -pw X, -pw X, -r|-s|-c|-t|-l _, | x, --password-file=_, -u _',
  ],
  ['addprinc add_principal cpw change_password ank', '-pw X, -x _'],
  [
    `ipa ipa-server-install ipa-client-install ipa-replica-install ipa-getkeytab ipa-join ipa-adtrust-install ipa-dns-install
     ipa-kra-install ipa-ca-install realm adcli sssctl authconfig authselect msktutil`,
    `-p|--ds-password|--password X, -a|--admin-password X, -w|--password|--bindpw X, -P x,
     -U|-u|-n|-r|-s|-k|-D|--principal|--one-time-password-file _, --one-time-password X, --otp X, --http-cert-password X,
     --pkinit-cert-password X, | x, -W x, --setattr k=X, --old-account-password X, --dirsrv-pin|--http-pin|--pkinit-pin X, user-add:
     --random _`,
  ],
  [
    `sendmail swaks msmtp mutt neomutt mailx mail s-nail nail sendemail smtp-cli mailsend mailsend-go ssmtp himalaya aerc alpine mpop
     fetchmail getmail offlineimap mbsync imapsync isync imapfilter curlmail mutt_oauth2.py doveadm dovecot postfix exim smtp-user-enum
     postmaster vmail davmail oauth2ms pizauth goimapnotify emailproxy smtp-source nodemailer notmuch lieer gmi thunderbird`,
    `-ap|--auth-password X, --password1|--password2 X, --passwd1|--passwd2 X, --accesstoken1 T, --accesstoken2 T, -xp X, -pass|--pass
     X, -au|-xu|--auth-user|-t|-f|-s|-S|-u|-a _, -S k=X, -p x, -w x, pw: -p X, --user1|--host1 _, auth test _ x, auth login _ x, -o
     k=X, auth: -pass X, --plain X, -xoauth T, pw: -s|-u _, -client-secret X`,
  ],
  [
    `snmpwalk snmpget snmpgetnext snmpbulkwalk snmpbulkget snmpset snmptable snmpstatus snmptrap snmpinform snmpdf snmptest snmpdelta
     snmpusm snmpvacm snmpnetstat snmptranslate snmptrapd snmp-check snmpd snmpcheck onesixtyone braa snmpconf net-snmp-create-v3-user
     net-snmp-config check_snmp`,
    `-A?X, -X?X, -c?X, --community X, -l|-u|-a|-x|-v|-r|-t|-n|-e|-E|-m|-M|-O|-p|-d|-w|-C|-I|-Z|-H|-o _, -3k|-3K|-3m|-3M K, passwd x,
     passwd _ x, passwd: -Ca|-Cx _`,
  ],
  ['net-snmp-create-v3-user', '-A X, -X X, -ro _, -a _, -x _'],
  [
    `mosquitto_pub mosquitto_sub mosquitto_rr mqtt mqttx mqtt-cli mqttcli mqtt-bench mqtt-spy emqx emqx_ctl emqttd hbmqtt_pub
     hbmqtt_sub amqtt_pub amqtt_sub`,
    `-P X, --pw|--password|-pw X, -p _, -u|-h|-t|-i|-q|-m|-f|-V|-k|-D _, --psk K, --psk-identity _, --will-payload _, --will-topic _,
     -s _, --keyPassword X, -L _, users add _ x, admins passwd _ X, admins add _ X`,
  ],
  [
    'mosquitto_passwd mosquitto_ctrl',
    '-b: _ _ X, -P X, -u _, setClientPassword _ X, createClient: -p X, dynsec init _ _ X, dynsec setClientPassword _ X, -U _, -c _ _',
  ],
  [
    'amqp-publish amqp-consume amqp-get amqp-declare-queue amqp-delete-queue amqp-tools qpid-send qpid-receive qpid-config kcat-amqp',
    '--password X, --username _, --sasl-mechanism _',
  ],
  ['coap-client coap-server coap', '-k?K, -u _, -K K, -h _, -m _, -p _'],
  ['radtest radclient radeapclient radwho radping radtest-eap eapol_test', '_ x, _ _ _ _ x, -x _, -s X, -S _, -t _, _ _ _ x, _ _ x, -P _'],
  ['wpa_passphrase', '_ X, _: | X'],
  [
    'wpa_cli',
    `set_network _ psk|password|wep_key0|private_key_passwd|pin X, wps_pin _ PIN, wps_reg _ PIN, passphrase _ X, password _ X,
     new_password _ X, -i|-p|-g|-P _`,
  ],
  ['iwctl iwd', '-P?X, --passphrase X, -p|--password X, -u|--username _'],
  [
    'nmcli nmtui',
    `password X,
     wifi-sec.psk|802-11-wireless-security.psk|wifi-sec.wep-key0|802-11-wireless-security.wep-key0|802-1x.password|802-1x.private-key-password|802-1x.pin|wifi-sec.leap-password|gsm.password|gsm.pin|pppoe.password|vpn.secrets|wireguard.private-key
     X, wep-key0|psk X, password= X, vpn.secrets any=X`,
  ],
  ['iwconfig ifconfig iwpriv wlanconfig', 'key|enc s:X, key|enc k, nwkey|wpakey X, _ key _ x'],
  ['iw', 'key|keys 0:X, key|keys d:0:X, key|keys d:1:X'],
  ['create_ap linux-wifi-hotspot wihotspot', '_ _ _ X, -n: _ _ X, -w|-c|-i|-g|-s|-m|--driver|--country|--freq-band|--mac|--dhcp-dns|-e _'],
  [
    'networksetup',
    `-setairportnetwork _ _ X, -setwebproxy _ _ _ _ _ X, -setsecurewebproxy _ _ _ _ _ X, -setpppoepassword _ X,
     -addpreferredwirelessnetworkatindex _ _ _ _ X, -setsocksfirewallproxy _ _ _ _ _ X, -setftpproxy _ _ _ _ _ X`,
  ],
  ['netsh', 'keyMaterial=X, key=X, password=X, secret=X'],
  ['uci', 'set k=X...'],
  ['airport hostapd_cli wicd-cli wifi connmanctl', '--password X, -p x'],
  [
    `asterisk fwconsole kamctl kamcmd opensipsctl sipp sipsak baresip linphone linphonec linphonecsh pjsua fs_cli
     freeswitch twinkle mumble murmur murmurd teamspeak ts3server sipvicious ekiga sngrep sipcli`,
    `-p x, --password X, -ap X, --password=X, -au|-s|-r|-H|-h|-sf|-u|-x|-i _, -P _, -a x, -supw X, add _ x, passwd _ x,
     --realm _, register: --password X, register: --username _, -w x, serveradmin_password=X, userman: --password X, -d _`,
  ],
  [
    `nagios check_http check_nrpe check_ssh check_mysql check_mysql_query check_pgsql check_ldap check_smtp check_imap check_pop
     check_ftp check_tcp check_oracle check_mssql check_vmware_esx check_nt check_disk_smb check_wmi_plus check_by_ssh check_dbi
     check_radius check_ups check_mongodb check_rabbitmq_server check_redis check_ipmi_sensor check_jmx4perl check_postgres check_mem
     check_hpasm`,
    `-a user:X, --authorization|--proxy-authorization user:X, -b user:X, -p x, --password|--pass X, -w _, -s|--secret x, -P x,
     -H|-u|-l|-c|-m|-D|-f|-I _, --dbpass X, -c _, -A x, -F _, -L _`,
  ],
  ['expect autoexpect', '-c TEXT, -f _'],
  ['spawn', 'CMD'],
  [
    `zabbix-cli zabbix_server grafana grafana-cli grafana-server prometheus promtool
     alertmanager amtool telegraf influxd-ctl datadog-agent newrelic newrelic-infra newrelic-cli nrjmx splunk splunkd filebeat-keystore
     loki logcli tempo-cli mimirtool cortextool vmctl vmagent thanos netdata netdata-claim.sh dynatrace oneagentctl appdynamics
     sensuctl sensu-agent sensu-backend icinga2 icingacli icingaweb2 librenms cacti checkmk cmk centreon wazuh-agentd agent-auth
     ossec-authd manage_agents wazuh-control pagerduty-cli pd opsgenie uptimerobot healthchecks statuspage nodequery logdna logtail
     papertrail vector fluentd fluent-bit td-agent rsyslogd graylog oncall elastalert monit munin cockpit bpytop netbox
     pmm-admin pmm-agent percona sumo sumologic collectd logentries le`,
    `reset-admin-password X, admin reset-admin-password X, -auth user:X, --password X, -p x, --tls-psk-file _,
     -s|-z|-k|-o|-i|-h|-H|-c|-n|-u|-l _, --api-key|--apiKey|--apikey K, --license-key|-license K, --user-key K,
     --token T, -claim-token=T, -token=T, -rooms=_, --set-server=_, --set-tenant-token=T, --set-token|--enrollment-token T, -P x, add _
     x, -password X, login: -auth user:X, create: --password X, --ticket T, --salt X, --service-node-password X, --admin-password X,
     config: --server-url _, --agent-password X, --service-key K, --routing-key K, --bearer-token T, configure: --password X, init: -k
     K, change-admin-password X, user-mod: -p X`,
  ],
  ['dig nsupdate delv drill kdig knsupdate kxfr dnsviz mdig', '-y name:K, -k|-p|-t|-b|-c|-q|-x _'],
  ['rndc knotc unbound-control named-checkconf pdnsutil pdns_control', '-y _, import-tsig-key _ _ K, set-tsig-key _ K, -p|-s|-k|-c _'],
  [
    'iscsiadm targetcli tgtadm iscsictl',
    `node.session.auth.password|node.session.auth.password_in|discovery.sendtargets.auth.password: -v|--value X, auth k=X..., *
     password=X, --password X, -v _, -n _, -p _, -T _, set k=X...`,
  ],
  ['tor', '--hash-password X'],
  ['sendxmpp go-sendxmpp profanity mcabber xmppc', '-p?X, -u|-j|-f|-r _'],
  ['enable', 'secret|password X, secret _ X, password _ X'],
  ['username', 'secret|password 0|5|7|8|9 X, secret|password x'],
  ['snmp-server', 'community X, host _ x, host _ version _ X'],
  ['tacacs-server radius-server', 'key X, key 0|6|7 X, host _ key X'],
  [
    'gnmic gnoic gribic napalm netmiko-show netmiko-config netmiko-grep pyats scrapli',
    '-p|--password X, -u|-a|-e|-i _, --token T, --vendor|-v _, --secret X',
  ],
  ['xe xl xentop xencenter', '-pw X, -u|-s|-p|-h _, password=X, new=X, old=X'],
  ['tcpdump', '-E name:X, -i|-w|-r|-c|-s|-F|-G|-C|-W|-B|-T|-y|-z|-Z _'],
  ['ip', 'enc _ k, auth _ k, auth-trunc _ k, aead _ k, key _ k'],
  ['kinit', '| X'],
  ['linphonecsh', 'register: --password X'],
  ['tcpdump', '-M X'],
  ['hostapd_cli', 'set wpa_passphrase X'],
  ['openfortivpn', '-p|-o X, -u|-c _'],
  ['agent-auth', '-P X'],
  ['swaks', '--ap X'],
  ['onesixtyone', '_ x'],
  ['saslpasswd2', '-p: | X'],
  ['zmprov', 'sp|setPassword|ca|createAccount _ X'],
  ['ejabberdctl', 'register|change_password|check_password _ _ X'],
  ['prosodyctl', 'register _ _ X'],
  ['uci', 'set any=x'],
  ['wifi', 'connect _ x'],
];
