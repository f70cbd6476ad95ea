import type { ToolTable } from '../places.ts';

/** Windows, Active Directory and what is used against it: `net`, `cmdkey`, PowerShell, impacket, netexec. */
export const windowsAndDomains: ToolTable = [
  ['pspasswd pspasswd64', '-p X, -u _, _ X, _ _ X'],
  [
    'net net1',
    `user|USER|User _ X, use|USE|Use _ X, use|USE|Use _ _ X, /user:_, /add _, -U?user%X, --user user%X, rpc user|password _ X, rpc
     password _ X, ads|rpc: -w|-S|-I|-W|-n|-p _, ads|rpc user add _ X, rpc user add _ X, user add _ X, /savecred:_, password _ X`,
  ],
  [
    'cmdkey runas runasspc lsrunas lsrunase cpau runascs sudo.exe',
    '/pass:X, /p:X, -p X, -pwd X, -pass X, /add:_, /user:_, /generic:_, -u _, -ex TEXT, -d|-l|-t|-r _, _ x, /password:X',
  ],
  ['schtasks', '/rp|/RP|/p|/P X, /u|/U|/ru|/RU|/s|/S|/tn|/TN|/tr|/TR|/sc|/SC|/st|/ST|/sd|/mo|/xml _'],
  [
    `tasklist taskkill systeminfo driverquery getmac gpresult openfiles eventcreate shutdown-remote logman wevtutil typeperf winrs
     winrm waitfor where bitsadmin relog tracerpt eventquery sdbinst setx psshutdown`,
    `/p|/P X,  -password:X, /p:X, /password:X, -p:X, -u:_, /u|/U|/s|/S|/fi|/FI|/pid|/im _, -r:_, -remote:_, /setcredentials _ _ _
     _ X, -u _`,
  ],
  [
    `psexec psexec64 paexec pskill pslist psservice psinfo psgetsid psloggedon psfile pssuspend remcom remcomsvc csexec
     winexesvc`,
    '-p X, -u _, -w|-n|-r|-i|-a _, /p X, /u _, _ x',
  ],
  ['sc sc.exe nssm srvany winsw', 'password= X, password=X, set _ ObjectName _ X, PASSWORD= X'],
  [
    `wmic reg winmgmt dism dcpromo sysprep netdom dsadd dsmod dsquery dsget dsmove dsrm ldp csvde ldifde ksetup setspn nltest djoin
     repadmin dcdiag ntdsutil redircmp adfind admod adprep auditpol secedit`,
    `/password:X, /pd:X, /passwordd:X, /po:X, /passwordo:X, /userd:_, /ud:_, /user:_, /node:_, -pwd X, -pwdo X, -p x, -u|-s|-d|-b|-f _,
     /p:X, /setcomputerpassword X, /setmachpassword X, /changepassword _ X, /u:_, /pw:X, -up X, -pw X,
     /safeModeAdminPassword:X, /unattend:_, -b _ _ X, -a _ _ X, ADD _ _ _ x, /v _`,
  ],
  ['autologon autologon64 netplwiz', '_ _ X, /password X'],
  [
    'ktpass ktpass.exe',
    `/pass|-pass|/Pass X, /out|/princ|/mapuser|/crypto|/ptype|/mapop|/setupn|/target|/kvno|/in _,
     -out|-princ|-mapuser|-crypto|-ptype|-mapop _`,
  ],
  [
    `certutil.exe certutil-windows pvk mstsc vssadmin diskshadow wbadmin ntbackup robocopy msiexec installutil odbcconf appcmd
     appcmd.exe iisreset aspnet_regiis aspnet_setreg webdeploy msdeploy msdeploy.exe iisapp dcomcnfg cscript wscript mofcomp makecert
     makecert.exe pvk2pfx.exe certmgr cipher`,
    `-p x, -password:X, /password:X, PASSWORD=X, /processModel.password:X, -pc X, -po X, -pi X, -dest:k=X, -source:k=X, -setParam:k=X,
     -u _, -e|-h _, k=X...`,
  ],
  [
    'powershell pwsh powershell_ise',
    `-Command|-command|-c|-C TEXT,
     -ExecutionPolicy|-ep|-exec|-File|-f|-WindowStyle|-w|-Version|-InputFormat|-OutputFormat|-PSConsoleFile|-ConfigurationName|-wd _,
     -EncodedCommand|-enc|-e|-ec _, CMD, -credential _`,
  ],
  ['cmd cmd.exe', '/c|/C|/k|/K|/r CMD, /V:_, /v:_'],
  ['start call wsl winpty cscript-call conemu wt forfiles pcalua', '/d|/D _, /c|/C TEXT, -d|-u|-e _, -- CMD, CMD'],
  ['convertto-securestring', '-String X, X, -Key K, -SecureKey _'],
  [
    `new-localuser set-localuser new-aduser set-adaccountpassword enable-localuser new-mailbox new-msoluser set-msoluserpassword
     new-azaduser add-localgroupmember connect-azaccount connect-msolservice new-psdrive new-smbmapping mount-smbshare invoke-sqlcmd
     add-vpnconnection set-vpnconnection invoke-restmethod invoke-webrequest iwr irm invoke-command enter-pssession new-pssession
     set-adfsproperties register-scheduledtask unlock-bitlocker enable-bitlocker add-bitlockerkeyprotector import-pfxcertificate
     export-pfxcertificate export-certificate start-process set-awscredential connect-viserver connect-vcenter set-item publish-module
     publish-script register-psrepository new-service set-service add-computer rename-computer install-addsforest install-addsdomain
     install-addsdomaincontroller set-secret new-netadapter net-user new-pssessionconfigurationfile send-mailmessage`,
    `-Password|-AccountPassword|-NewPassword|-OldPassword|-Pass|-PlainTextPassword X, -L2tpPsk X, -NuGetApiKey K,
     -SecretKey|-SessionToken|-ApiKey K, -RecoveryPassword X, -SafeModeAdministratorPassword X, -Secret X,
     -Credential|-Name|-Username|-UserName|-AccessKey|-ServerInstance|-Uri _, -name|-username|-server|-hostname _`,
  ],
  [
    `get-gpppassword invoke-mimikatz invoke-kerberoast powerview invoke-smbexec invoke-wmiexec invoke-thehash get-netuser
     set-domainuserpassword invoke-passwordspray invoke-domainpasswordspray sharphound sharphound.exe snaffler adrecon powermad
     new-machineaccount pingcastle purpleknight adexplorer sharpgpoabuse rubeus seatbelt certify whisker standin sharpview sharpsecdump
     sharpmapexec safetykatz sharpkatz kekeo krbrelay krbrelayup adsearch`,
    `-Hash H, -Password X, -AccountPassword X, --ldappassword|--password|--LdapPassword|--ldapPassword X, -p|-P x, /password:X,
     /creduser:_, /credpassword:X, /rc4:H, /aes256:H, /aes128:H, /ntlm:H, /des:H, /ticket:t, /passwords:_, /hash:H, /new:X,
     /newpassword:X, /path:_, -Username|-Domain|-Target _, --ldapusername|--ldapuser _, -d|-c|-u _, --hash H`,
  ],
  [
    `mimikatz mimikatz.exe pypykatz lazagne nanodump procdump pwdump fgdump samdump2 creddump7 creddump dsinternals lsassy donpapi
     dploot masky spraykatz handlekatz hekatomb`,
    `-p|--password X, -u|-d|-t|-m _, -H|--hashes|-hashes H, /ntlm:H, /rc4:H, /aes256:H, /password:X, -pvk _, --aesKey|-aesKey H, -P _,
     --pvk _, * dom/user:X@host`,
  ],
  [
    `addcomputer finddelegation getadusers getadcomputers getnpusers getst gettgt getlapspassword getuserspns dacledit owneredit rbcd
     ticketer addspn dnstool pywhisker targetedkerberoast badsuccessor`,
    `* dom/user:X,
     -dc-ip|-dc-host|-target-ip|-port|-method|-service|-spn|-impersonate|-keyName|-v|-vt|-vd|-o|-outputfile|-request-user|-usersfile|-computer-name|-baseDN|-computer-group|-domain-netbios|-db|-command|-codec|-share|-shell-type|-ts|-so|-target-domain|-user|-domain|-domain-sid|-user-id|-groups|-extra-sid|-duration|-altuser|-mode|-silentcommand|-ntds|-system|-sam|-security|-bootkey|-history|-just-dc-user|-inputfile|-l|-u|-d|-i|-t|-c|-delegate-from|-delegate-to|-delegate-to-dn|-action|-auth-rpc|-auth-transport|-brute-uuids|-brute-opnums|-target|-query|-credential
     _, -auth-rpc dom/user:X, -auth-transport dom/user:X, -hashes|-althash|-nthash|-rc4|-aesKey|-aes|-outputhash|-newhashes H,
     -auth-smb dom/user:X, -computer-pass|-password|-newpass|-altpass|-rdp-pass|-pass X, -U user%X, -p _,
     -machine-hashes H, --password|-adpass X, -machine-account _, -auth _`,
  ],
  [
    `atexec changepasswd dcomexec describeticket dpapi exchanger getpac gettgtpkinit get_gpppassword goldenpac karmasmb keylistattack
     kintercept lookupsid machine_role mqtt_check mssqlclient mssqlinstance netview ntfs-read ntlmrelayx psexec.py raisechild
     raisechild.py rdp_check registry-read rpcdump rpcmap sambapipe samrdump samedit secretsdump services services.py smbclient.py
     smbexec smbpasswd.py smbrelayx smbserver ticketconverter tstool wmiexec wmipersist wmiquery filetime checkldapstatus getpac.py
     setntlm dfscoerce petitpotam printerbug coercer pywerview nopac sam-the-admin zerologon gpoddity ldap_shell krbrelayx reg.py
     net.py mimikatz.py getarch`,
    `* dom/user:X@host,
     -dc-ip|-dc-host|-target-ip|-port|-method|-service|-spn|-impersonate|-keyName|-v|-vt|-vd|-o|-outputfile|-request-user|-usersfile|-computer-name|-baseDN|-computer-group|-domain-netbios|-db|-command|-codec|-share|-shell-type|-ts|-so|-target-domain|-user|-domain|-domain-sid|-user-id|-groups|-extra-sid|-duration|-altuser|-mode|-silentcommand|-ntds|-system|-sam|-security|-bootkey|-history|-just-dc-user|-inputfile|-l|-u|-d|-i|-t|-c|-delegate-from|-delegate-to|-delegate-to-dn|-action|-auth-rpc|-auth-transport|-brute-uuids|-brute-opnums|-target|-query|-credential
     _, -auth-rpc dom/user:X, -auth-transport dom/user:X, -hashes|-althash|-nthash|-rc4|-aesKey|-aes|-outputhash|-newhashes H,
     -auth-smb dom/user:X, -computer-pass|-password|-newpass|-altpass|-rdp-pass|-pass X, -U user%X, -p _,
     -machine-hashes H, --password|-adpass X, -machine-account _, -auth _`,
  ],
  [
    `netexec nxc crackmapexec cme smbexec.py wmiexec-pro kerbrute-nxc bloodhound-python bloodhound bloodhound.py bloodhound-ce-python
     bloodyad rusthound adidnsdump ldeep certipy certipy-ad ldapdomaindump windapsearch adenum autorecon conpass sprayhound o365spray
     msolspray trevorspray go365 mailsniper ruler goddi silenthound godap pre2k pyldapsearch rpcmap.py wmiexec2 atexec-pro smbcrawler
     manspider nullinux polenum ridenum linwinpwn sccmhunter adcspwn coercer.py`,
    `-p|--password X, -p|--passwords x, -H|--hash|--hashes|-hashes|--nt-hash H,
     -u|--username|--user|-d|--domain|-x|-X|-M|-o|-c|-dc|-ns|-gc|--dc-ip|-dc-ip|-target|-t|--host|-s|-k _, --aesKey|-aes|-aesKey|--aes
     H, -o k=X, -P x, -pfx _, -pfx-password|-password X, -w _, --pfx-pass|--pfx-password X, -new-pass X, set password _ x, --attack _,
     --key-file _, -kdcHost _, --put-file _ _`,
  ],
  ['evil-winrm evil-winrm-py winrm-cli pywinrm winrmcp', '-p|--password X, -H|--hash H, -i|--ip|-u|--user|-s|-e|-r|-k|-c|-P|-U _'],
  [
    `msfconsole msfvenom msfdb msfd armitage sliver sliver-client empire covenant havoc mythic-cli teamserver
     cobaltstrike metasploit pupysh villain poshc2`,
    ' -x TEXT, -U _, -a _, -p _, -q _, k=X..., -k _',
  ],
  [
    'responder inveigh mitm6 ntlmrelayx.py bettercap ettercap mitmproxy mitmdump mitmweb',
    '--proxyauth user:X, --upstream-auth user:X, -eval TEXT, -caplet _, --set k=X, -p _, -P _, --cert-passphrase X',
  ],
  ['laps lapstoolkit gpp-decrypt cpassword', 'X, -l _, -u _, -p X, -d _'],
  ['net-passwd chntpw sampasswd passwd.exe nircmd', 'setuserpwd _ X, elevatecmd CMD, runas _ X, -p X'],
  ['odat odat.py', '-P X, -U|-s|-d|-p _'],
  ['psshutdown winrs', '-p X, -u _'],
  ['certutil.exe', '-p X'],
  ['describeTicket.py', '-p|--password X, -hp X, --asrep-key|-ek K'],
  ['samedit.py', '-bootkey K'],
  ['netexec nxc crackmapexec cme', '-id|-dc-list _'],
  ['msfrpc msfrpcd', '-P?X, -U|-a|-p|-u _'],
  ['reg', 'DefaultPassword|AltDefaultPassword|Password|ProxyPassword: /d X'],
];
