import type { ToolTable } from '../places.ts';

/** Archives, documents with a password, keys and certificates, encrypted disks, password cracking. */
export const archivesAndCrypto: ToolTable = [
  ['zip zipcloak zipnote zipsplit unzip funzip zipinfo ditto 7zz-zip', '-P?X, --password X'],
  ['7z 7za 7zr 7zz 7zzs p7zip 7zg peazip bandizip bz', '-pX, -o_, -pwd X'],
  ['rar unrar unrar-free winrar winzip wzzip wzunzip', '-hpX, -pX,  -o_'],
  ['unar lsar', '-p|-password|--password X, -o _, -e _'],
  ['zpaq zpaqfranz', '-kX, -key X, -method _, -until _'],
  [
    'arj unace ace lha lzh arc zoo dar dar_slave xar upx makeself innoextract innounp cabextract kgb atool aunpack apack acat als patool',
    '-gX, -pX, --password X, -K k, -J X, -$ _, -p _',
  ],
  [
    'openssl libressl',
    `-passin|-passout|-pass|-passwd|-srcpass|-srppass|-certpassin|-keypass|-proxy_pass|-twopass pass:X, -pass_out pass:X, -k X, enc: -K
     K, enc: -iv _, -psk K, -macopt key:K, -macopt hexkey:K, -hmac K, passwd X..., passwd: -salt _, passwd: -in _, -secret|-srpuserseed
     pass:X, -kdfopt pass:X, -kdfopt hexpass:X, -kdfopt secret:X, -kdfopt key:X, -pwri_password X, -secretkey K, -challenge _, dgst:
     -sigopt _, passwd: -stdin: | X, stdin: | X, -pass=pass:X, -passcerts _,
     -in|-out|-inkey|-CAkey|-CA|-cert|-key|-signkey|-config|-subj|-addext|-extfile|-name|-keyout|-connect|-servername|-days|-set_serial|-md|-newkey|-pkeyopt|-engine|-noiter
     _`,
  ],
  [
    'gpg gpg2 gpgsm gpgv gpg1 gpg-connect-agent gpg-preset-passphrase',
    `--passphrase X, -P|--preset-passphrase X, --passphrase-fd _,
     -r|--recipient|-u|--local-user|-o|-k|-K|--keyserver|--default-key|--homedir _, --passphrase-fd: | x, --override-session-key K,
     --s2k-mode _`,
  ],
  [
    'gpgconf minisign signify sq rnp rnpkeys age-plugin-yubikey age rage sops kbs2 ansible-encrypt',
    '--password X, --passphrase X, --pin PIN, --secret K, -i|-r|-o|-R _, --add-age|--age|--pgp|--kms _, set _ _ x, --userid _',
  ],
  ['cryptcat hat-crypt', '-k X, -l|-p _'],
  ['argon2', '| X, -t|-m|-k|-p|-l|-v _'],
  ['scrypt bcrypt-tool', '-p x'],
  [
    `bcrypt scrypt aespipe crypt enc aes openaes encpipe picocrypt hat-enc
     nettle-pbkdf2 xor dexios cloaker rencrypt kryptor stegseek snow stegosuite jphide
     steghide-gui zsteg stegolsb stepic cloakify`,
    '--key|--key2 X, --passphrase|--password X, -k|-K|-p|-P x, -a|-m|-o|-h|-c|-e|-f _, -sf|-cf|-ef|-xf|-pf _, --passwd X',
  ],
  [
    `cryptsetup luksformat luksmeta clevis cryptmount tomb zuluCrypt-cli bdeinfo bdemount dislocker dislocker-fuse
     dislocker-file dislocker-bek fscrypt e4crypt zfs zpool systemd-cryptsetup systemd-cryptenroll hdiutil diskutil mdutil bioctl geli
     cgdconfig losetup manage-bde fdesetup apfs-fuse sedutil-cli hdparm nvme`,
    `--password X, -passphrase|--passphrase X, --new-password X, --token-password X,  -P _, --pim _, --key-file|-d _, -k _,
     --tokenid|--token-id _, -recoverypassword|-rp X, -RecoveryPassword X, --recovery-password|--recovery-key X, -recoverykey X,
     --user-password=X, -stdinpass: | x, -stdinpassphrase: | x, luksOpen|luksFormat|open|luksAddKey|luksRemoveKey|luksChangeKey|isLuks:
     | x, --security-set-pass|--security-unlock|--security-disable|--security-erase|--security-erase-enhanced|--security-user-master x,
     -t|--type|-N|--name|-c|-s|-h|-o|--mount|-volname|-size|-fs|-user _, --initialsetup|--setSIDPassword _, --initialSetup X,
     --setSIDPassword X _, --setadmin1pwd X _, --yesIreallywanttoERASEALLmydatausingthePSID X, --disableLockingRange _ X,
     --setLockingRange _ _ X,  mount: -o k=X`,
  ],
  ['pdftk pdftk-java pdftk.jar', 'user_pw X, owner_pw X, input_pw X, input_pw any=X...'],
  ['qpdf', '--password=X, --encrypt X X, --user-password=X, --owner-password=X, --password-mode=_, --password-file=_'],
  [
    `pdftotext pdftoppm pdftohtml pdfinfo pdfimages pdffonts pdftops pdftocairo pdfdetach pdfseparate pdfsig pdfattach xpdf pdftopng
     pdftoppm-gs mutool muraster mudraw pdfcrack pdfgrep pdfcpu pdfseparate evince okular zathura mupdf sioyek ps2pdf gs pdf2john
     qpdfview pdfjam pdfarranger pdf2htmlEX pdfposter ocrmypdf pdfly pypdf pdfplumber stapler pdftowrite verapdf k2pdfopt`,
    `-upw|-opw X, -upw-new|-opw-new|-nssdir _, -nss-pwd|-key-password X, -p x, -u|-U|-O x,  --password X, -sPDFPassword=X,
     -dPDFPassword=X, -sUserPassword=X, -sOwnerPassword=X, -kpw X, encrypt: -upw X, changeupw _ X, changeupw _ _ X, changeopw _ X,
     changeopw _ _ X, --user-password|--owner-password X, -f|-l|-r|-o _, draw: -p X, clean: -p X`,
  ],
  [
    `libreoffice soffice unoconv catdoc msoffcrypto-tool msoffcrypto-crack.py olevba oledump oledump.py rtfobj mraptor xlmdeobfuscator
     pptx2md oleid oleobj ebook-convert calibre-server calibredb calibre-debug dedrm docx2txt xlsx2csv ssconvert in2csv office2john`,
    '-p x, --password X, --passwd X, -p|-P x, -o|-e|-f|-d _, -t _, --port _',
  ],
  [
    `step step-ca cfssl certstrap easyrsa easy-rsa minica pki certutil modutil crlutil cmsutil signver certreq xca
     cert-manager vault-pki mkcert`,
    `--auth|--parent-auth|--object-auth|--key-auth|--ownerpasswd|--endorsepasswd|--lockpasswd X, --index-auth X,  
     -k x, --passphrase X, --passin=pass:X, --passout=pass:X, --passin|--passout pass:X, --password X, --token T, --ssh: --password _,
     -d|-n|-i|-o|-L|-C|-c|-s|-f|-t|-x|-r _, -newpwfile|-pwfile _, -pw X, _ k, --provisioner-password-file|--password-file _, --secret
     X, --key _, --pin PIN, --key-password X`,
  ],
  [
    `pkcs11-tool pkcs15-tool pkcs15-init pkcs15-crypt softhsm2-util softhsm-util p11tool p11-kit opensc-tool sc-hsm-tool piv-tool
     yubico-piv-tool ykman ykpersonalize yubihsm-shell ykchalresp ykinfo fido2-token solo solo2 nitropy nitrokey openpgp-tool
     cardos-tool eidenv cryptoki pcsc gids-tool iasecc-tool westcos-tool cac tpm2_ptool pkcs11-register scdaemon hsm aziot`,
    `-p|--pin|--new-pin X, --so-pin|--sopin|--puk|--new-puk|--otp-pin X, --new-so-pin|--user-pin|--context-pin X, --new-pin X,
     -k|--key|--mgm-key|--management-key|--new-key K, -K K, -p?X, -t _, --slot|-r|--reader|-s|-a|-d|-i|-o|-A|-l _,
     --auth-id|--id|--label|--slot-index _, set-pin x, --password X, -w|--pwd X, oath accounts add _ T, accounts add _ T, accounts uri
     T, otp static _ X, otp chalresp _ K, otp hotp _ K, static _ x, chalresp _ K, hotp _ K, yubiotp: -P|-p _, yubiotp:
     --private-id|--key K, -m|--management-key K, change-pin: -P|--pin X, change-pin: -n|--new-pin X, change-puk: -p X, set-password x,
     -o fixed:X,  -c _, --set-pin X, change-management-key: -n|--new-management-key K, pkcs11:pin-value=X, --lib _,
     -access-code|-oaccess-code K`,
  ],
  [
    `john john-the-ripper hashcat hashid hash-identifier nth name-that-hash crunch cupp ophcrack rainbowcrack rcrack aircrack-ng
     airdecap-ng airbase-ng aireplay-ng airtun-ng besside-ng cowpatty pyrit bully reaver wash wifite eaphammer hcxpcapngtool
     hcxdumptool fcrackzip bkcrack pdfcrack-ng rsactftool.py rarcrack truecrack johnny dictstat statsprocessor kwprocessor
     hashcat-utils unshadow genmkvpwd`,
    `-p x, -k x, -w x, -e _, -b _, -a|-m|-o|-n|-s|-h|-l|-c _, --brain-password X, --wpa-passphrase|--password|--passphrase X, --pin|-p
     PIN, -pin PIN, --creds _, -d _, -I h`,
  ],
  [
    `bitcoin-cli bitcoind bitcoin-wallet litecoin-cli dogecoin-cli dash-cli zcash-cli elements-cli monero-wallet-cli monero-wallet-rpc
     monerod electrum lncli lnd lightning-cli geth clef parity openethereum besu eth ethkey cast forge anvil hardhat brownie truffle
     solana solana-keygen spl-token near near-cli cardano-cli cardano-node octez-client tezos-client ton lotus polkadot subkey
     substrate starkli gaiad simd osmosisd celestia-appd avalanche sui aptos stellar flow nexus-cli xmrig ethminer cpuminer minerd
     cgminer bfgminer t-rex lolminer nbminer phoenixminer gminer teamredminer claymore nanominer srbminer-multi xmr-stak trex`,
    `-rpcpassword=X, -rpcauth=user:X, --rpcpassword=X, -walletpassphrase X, walletpassphrase X, walletpassphrasechange X...,
     encryptwallet X, encryptwallet _ X, importprivkey P, sethdseed _ P, -stdinrpcpass _, --password X, --private-key P,
     --mnemonic|--mnemonic-passphrase X, --rpc-login user:X, --rpc-access-password X, --pass|--epsw|-epsw|-psw|-pass X, -p x, -u _, -O
     user:X, --userpass user:X, -o _, import secret key _ unencrypted:P, --suri X, -w|--wallet _, --seed P, --signer _,
     --restore-deterministic-wallet _, import-secret _ P, wallet import _ P, -nodekeyhex|--nodekeyhex P, inspect x`,
  ],
  ['hmac256', 'X, --key X'],
  ['bdemount bdeinfo', '-p|-r X, -k|-o|-s _'],
  ['dislocker dislocker-fuse dislocker-file', '-u?X, -p?X'],
  ['msoffcrypto-tool', '-p|--password X'],
  ['animate compare composite convert display identify import magick mogrify montage stream gm', '-authenticate X, -encipher|-decipher _'],
  ['hunspell', '-P X, -d|-p|-i _'],
  ['certtool gnutls-cli gnutls-serv srptool psktool', '--pskkey X, --pskhint|--pskusername _'],
  ['xsp mono-xsp', '--pkpwd X'],
  ['tsget', '-p X, -k|-h|-e _'],
  ['cpuminer minerd cgminer bfgminer xmrig', '-p|--pass X, -O|--userpass user:X, -o|-u|-a _'],
  ['funzip', '-X'],
  ['yubico-piv-tool', '-P|-N X'],
  ['ykman', '-P|-n X'],
  ['yubihsm-shell', '-p X, -a|-A|-i|-t|-l|-c|-d|-C _'],
  [
    'tpm2_create tpm2_createprimary tpm2_unseal tpm2_load tpm2_changeauth tpm2_nvdefine tpm2_nvread tpm2_nvwrite tpm2_sign tpm2_rsadecrypt tpm2_import tpm2_takeownership tpm2_hierarchycontrol tpm2_clear',
    '-p|-P|-w X, -C|-c|-G|-u|-r|-i|-o|-x|-t _',
  ],
  ['pk12util', '-W|-K X, -o|-i|-n|-d|-k|-w _'],
  ['ccrypt ccencrypt ccdecrypt ccat', '-K|--key X, -H|--key2 X, -k|-E|-P|-S _'],
  ['mcrypt mdecrypt outguess', '-k|--key X, -K X, -a|-m|-h|-c|-o|-d _'],
  ['steghide stegsnow openstego aescrypt', '-p|--passphrase|--password X, -sf|-cf|-ef|-xf|-pf|-m|-f|-o|-mf _'],
  ['veracrypt truecrypt', '-p|--password|--new-password|--token-password X, -k|-m|-N|--pim|--protection-password _'],
  ['zfs', 'load-key|change-key|create: | x'],
  ['ecryptfs-add-passphrase', 'X'],
];
