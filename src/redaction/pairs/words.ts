const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Words for a password, in the languages whose software we have seen name fields so. */
export const passwordWords = words(`
  password passwords passwort passwörter passwoerter passwd passwds passwrd psswd psswrd passphrase passphrases passcode pwd pwds pw
  kennwort kennwörter contraseña contrasena contraseñas clave senha wachtwoord lösenord losenord hasło haslo motdepasse mdp salasana
  adgangskode jelszó jelszo heslo parola пароль mypwd userpw rootpw dbpw bindpw requirepass masterauth preshared passwordless`);

/** Words whose value stands for whoever holds it. */
export const tokenWords = words(`
  token tokens jwt bearer authtoken accesstoken refreshtoken idtoken apitoken usertoken bottoken csrftoken xsrftoken webtoken oauthtoken
  sessiontoken`);

export const secretWords = words('secret secrets clientsecret appsecret apisecret geheimnis credential credentials creds cred psk');

/** Words that together with `key` name a secret one; of any other key the value has to look random. */
export const secretKeyWords = words(`
  api secret private access signing sign encryption encrypt encrypting decryption crypto cipher master auth authentication authorization
  session account license licence deploy shared service app application consumer storage webhook admin aes hmac jwt subscription root
  integration server client ssl tls rsa dsa ec ssh bot bearer token pass activation product`);

/** Names of keys written as one word. */
export const gluedKeys = words(`
  apikey apikeys secretkey accesskey privatekey privkey authkey masterkey signingkey encryptionkey accountkey sharedkey sharedaccesskey
  appkey licensekey storagekey deploykey servicekey sessionkey clientkey`);

/** Words whose value is a secret only where it looks random. */
export const weakWords = words(`
  key keys auth auths sid session sess sessid sessionid phpsessid jsessionid sig signature login cert salt webhook hook access bot hmac
  nonce seed mnemonic authorization sas`);

/** Digits only: a personal or one-time number. */
export const digitWords = words('pin pins otp totp cvv cvc tan mfa');

/** What may follow the word for a secret without changing what is named: which one, for whom, in what form. */
export const neutralWords = words(`
  prod production dev development devel test testing tests staging stage live sandbox qa uat local old new current default value val
  text plain plaintext cleartext clear string str raw base64 b64 enc encrypted hex confirm confirmation again repeat retype verify backup
  secondary primary main admin root user db database base dummy example sample fake real b v x env`);

/** What a field of a form is called by, beside what is in it. */
export const fieldWords = words('input field textbox box control textfield edit element el inputfield widget');

/** After the word for a secret: it is only spoken of. */
export const speakingWords = words(`
  file files filename filepath path paths dir directory folder url urls uri uris endpoint host address name names type types id ids idx
  uuid guid policy policies length len min max size sizes count counts limit limits expiry expires expire expired expiration exp ttl age
  lifetime timeout field fields label labels hint hints placeholder prompt enabled enable disabled disable required require requires
  changed change reset regex regexp pattern patterns rule rules strength validator validation validate valid invalid format formats
  encoding encoder decoder alg algo algorithm issuer audience scope scopes header headers param params parameter parameters prefix suffix
  index env var variable provider providers manager service services store stores storage group groups generator handler handlers class
  error errors message messages title description desc status state mode method methods form page view input inputs visible show hide
  toggle list map set sets budget usage used ref refs reference version engine rotation history protection protected kind property
  properties option options config settings schema fn func function callback factory helper util utils test spec mock stub info details
  date time timestamp at created updated by source target column columns table model entity dto request response event events hash hashes
  checksum fingerprint digest sha sha1 sha256 sha512 md5 etag commit integrity public arn alias number code pair pairs ring chain board
  word words press down up stroke frame frames space spaces less free lessly manager's usages bytes bits iterations rounds cost salt
  auth authentication flow grant grants bucket buckets server endpoint region cache caching refresh rotate revoke revoked listener
  link links button icon image img css style tab menu item items row rows cell node nodes tree root's char chars character characters
  ts tsx js jsx mjs json yml yaml md txt py go rb java html css lock php sh complexity entropy score meter check checks checker checking encrypt encryption hasher hashing derivation agent helper only via`);

/** Before `key` and the like: no secret. */
export const publicWords = words(`
  pub public primary foreign sort partition cache object hot short map unique composite natural surrogate candidate index hash range row
  group field column property dictionary dict translation i18n locale message lang trans label shortcut arrow enter escape tab ctrl alt
  shift meta storage-key query react reducer data json yaml xml registry config setting settings option options prop state metric trace
  routing route idempotency lookup search sorting order event first last next prev previous parent child node item entry any every each
  no num max min total count page pagination continuation cursor stop end start bos eos pad unk mask sep cls special lexer parser syntax
  tokenizer completion input output prompt context design color theme csstoken cancel cancellation abort signal publishable site`);
