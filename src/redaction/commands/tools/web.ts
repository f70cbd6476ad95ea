import type { ToolTable } from '../places.ts';

/** Web clients and servers, downloads, social media, tests of web applications. */
export const web: ToolTable = [
  [
    'curl curlie curl-impersonate curl_chrome hurl',
    `-u?user:X, --user|--proxy-user|-U|--ftp-account user:X, -U?user:X, --oauth2-bearer T,
     --pass|--proxy-pass|--proxy-tlspassword|--tlspassword X, -E|--cert|--proxy-cert user:X, --key-password X, -b|--cookie COOKIE, -x
     _, -o _, -H _, -A _, -e _, -X _, -T _, -w _, -m _, --aws-sigv4 _, --tlsuser _, --variable k=X, --secret any=X, --mail-auth _,
     --delegation _`,
  ],
  [
    'wget wget2',
    `--password|--http-password|--http-passwd|--ftp-password|--proxy-password|--proxy-passwd X, --header _, -O _, -P _, -U _, -o _, -e
     k=X, --post-data k=X, --body-data k=X`,
  ],
  [
    'aria2c axel',
    `--http-passwd|--ftp-passwd|--http-proxy-passwd|--https-proxy-passwd|--ftp-proxy-passwd|--all-proxy-passwd|--rpc-passwd X,
     --rpc-secret T`,
  ],
  [
    'http https httpie xh xhs',
    '-a|--auth user:X, -A|--auth-type _, -p _, --cert-key-pass X, -A=bearer: -a|--auth T, bearer: -a|--auth T, k=X...',
  ],
  ['lynx links elinks w3m', '-auth=user:X, -auth user:X, -pauth user:X, -pauth=user:X, -mime_header _'],
  ['lwp-request GET POST HEAD lwp-download', '-C user:X, -p _, -H _, -c _'],
  [
    'ab siege wrk hey vegeta bombardier locust k6 artillery oha autocannon httperf ali fortio h2load',
    '-A user:X, -P user:X, -p _, -a user:X, -k _, -H _, -C COOKIE, -T _, -u _',
  ],
  [
    `youtube-dl yt-dlp youtube-dlc gallery-dl you-get lux annie streamlink instaloader twitch-dl spotdl ytdl-sub svtplay-dl udemy-dl
     coursera-dl edx-dl bbdown`,
    '-p?X, --password|--video-password|--ap-password|--login-password X, -2 X, --twofactor X, -u _, --client-secret X, -c|--cookie COOKIE',
  ],
  [
    `http-server serve simplehttpserver live-server webfsd thttpd darkhttpd goshs miniserve caddy filebrowser ttyd gotty dufs wsgidav
     webdav rclone-serve updog uploadserver simple-http-server copyparty wetty code-server`,
    `-basic-auth user:X, --auth user:X, -a user:X, --basic-auth user:X, -c|--credential user:X, --credential user:X, -b user:X, -P _,
     --password X, --plaintext X, -p _, users add _ x, users update _ x, --auth-user-pass user:X`,
  ],
  ['htpasswd', '-C _, -n: -b: _ X, -b: _ _ X, -i: | X'],
  ['subliminal', '--addic7ed|--legendastv|--opensubtitles|--opensubtitlescom|--opensubtitlesvip|--subscenter _ X, -l|-p|-r _'],
  ['mpc ncmpcpp ncmpc mpdscribble', '--host|-h X@host, -h X@host'],
  ['qrencode qr', '* WIFI, -o|-s|-l|-t|-m|-d _'],
  ['rtmpdump rtmpsrv rtmpsuck', '-T|--token T, -W|-r|-o|-p|-a|-y|-t _'],
  ['exiftool', '-password X'],
  ['ftpget ftpput', '-p X, -u|-P _'],
  ['htdigest', '| X'],
  ['lighttpd nginx apachectl httpd apache2 traefik haproxy varnishadm squidclient squid', '-u _, -w X, -W X, -S _, -T _'],
  [
    'newman postman portman schemathesis dredd openapi-generator hoppscotch bru insomnia inso',
    `--env-var|--global-var any=x, --ssl-client-passphrase X, --postman-api-key K, --api-key K, -a user:X, --auth user:X, login:
     --with-api-key K`,
  ],
  ['nikto', '-id user:X, -i user:X, -host _, -port _, -h _, -p _'],
  ['sqlmap', '--auth-cred|--proxy-cred user:X, --cookie COOKIE, --data k=X, --dbms-cred user:X, --csrf-token _, -p _'],
  ['dirb', '-c COOKIE, -u user:X, -p _, -P user:X, -a _, -H _'],
  [
    `gobuster ffuf feroxbuster wfuzz dirsearch dirbuster wpscan joomscan droopescan nuclei katana httpx arjun dalfox xsstrike commix
     zap zap-cli zap-baseline.py whatweb cewl arachni skipfish w3af burpsuite kr kiterunner hakrawler gospider gau meg photon wapiti
     caido`,
    `-P x, --password X, -U _, -c|--cookies|--cookie|-b COOKIE, --http-auth|--basic|--auth-cred|-A|--digest user:X,
     --api-token|--wpscan-api-token T, -H _, -w _, -u|--url _, -d _, --auth_pass X, --api-key|-api-key K, -p _, -r _`,
  ],
  ['hydra hydra-wizard xhydra', '-p X, -l _, -s _, -L _, -P _, -C _, -t _, -M _, -o _'],
  [
    'medusa ncrack patator crowbar brutespray legba thc-hydra kerbrute',
    '-p X, --pass x, -P _, -u _, -h _, -C _, -m _, -c _, -U _, passwordspray _ X, k=x...',
  ],
  [
    'twurl twidge t rainbowstream tweet madonctl tut',
    '--consumer-secret T, --consumer-key|-k K, --token-secret|--secret T, -a|--access-token T, -u _, --password X, -p x, auth: -p X',
  ],
  [
    `telegram-send telegram-cli slack slackcat slack-term discord matrix-commander signal-cli gotify pushover ntfy apprise notify
     pushbullet mattermost mmctl rocketchat zulip-send zulip tgcloud wal-telegram irssi weechat ircii`,
    `--token T, --password X, --pin X, --api-token T, -u user:X, --user user:X, register: --captcha T, verify PIN,
     publish: -u user:X, --connect _, --key k, --api-key K, token t`,
  ],
  [
    'sendgrid mailgun twilio stripe paypal square vonage nexmo plivo messagebird stytch auth0 okta workos clerk keycloak kcadm kcreg',
    `--api-key K, --auth-token T, -t t, --password X, -p x, --secret X, --new-password X, login: -p X, set-password: -p X,
     set-password: --new-password X, --client-secret T, k=X...`,
  ],
  ['jwt', 'decode t, -S|--secret T, -k|--key T, --token T, verify t, encode: --secret T, * t, sign t'],
  ['jwt_tool jwt-cracker jwtcrack jwt-cli jwt-hack step-jwt jose', '* t, -p t, -S _, -C _, -d _, _ t, --secret X, -t _'],
  ['oathtool', '* T, -d|--digits|-w|--window|-c|--counter|-N|--now|-s|-S|--time-step-size|--start-time _'],
  ['totp totp-cli otpauth 2fa otp-cli gauth cotp otpclient-cli authenticator', 'add _ t, import _ t, x, --secret T, set _ t, -s T'],
  [
    'transmission-remote transmission-daemon transmission-create transmission-edit deluge deluge-console qbittorrent rtorrent qbt',
    '-n|--auth user:X, --password X, -u _, -p _, connect _ _ x, --password X, -t _, -a _',
  ],
  [
    'ngrok localtunnel lt cloudflared zrok pagekite tunnelto telebit loophole expose localxpose loclx sish',
    `authtoken T, add-authtoken T, config add-authtoken t, -authtoken|--authtoken T, --token T, token t,
     -auth|--basic-auth|--auth user:X, service install T, enable t, register t, a t, login t, -p _, --secret X, -P _, -l _, run:
     --token T`,
  ],
  [
    'croc wormhole magic-wormhole transfer ffsend wormhole-william send sendme portal onionshare onionshare-cli',
    '--code X, receive|recv x, --pass X, --password|-p X, --passphrase X, portal x, -c x',
  ],
  ['spark', 'register T, --token T, users add _ X, -t T, -p X'],
  [
    'chromium google-chrome chrome firefox wkhtmltopdf wkhtmltoimage puppeteer playwright pa11y lighthouse weasyprint',
    '--password X, --cookie _ x, --username _, --http-credentials user:X, --ssl-key-password X',
  ],
  [
    'websocat wscat ws grpcurl ghz evans grpcui buf',
    `-a|--auth user:X, --basic-auth user:X, --auth user:X, -H _, --passphrase X, login: --password X, --pkcs12-passwd X, --pkcs12-der
     _, --token-stdin _, -P x`,
  ],
  [
    'xidel httrack scrapy webhttrack monolith single-file archivebox wallabag shiori buku linkding singlefile',
    '--proxy-password X, -p x, --browser-cookie COOKIE, -C COOKIE, -P _',
  ],
  ['wfuzz whatweb feroxbuster', '--basic|--ntlm|--digest user:X, -u|--user user:X'],
  ['kerbrute', 'passwordspray _ X, -d|--domain|--dc|-t|--threads|-o|--output|--delay _'],
  ['links links2 elinks', '-ftp.anonymous-password|-ssl.client-cert-password X'],
  ['subliminal', '--omdb K'],
  ['matrix-commander', '--password X'],
  ['twurl', '-s|-S T, -p X'],
  ['irssi', '-w X, -p|-c|-n _'],
  ['signal-cli', '-p X'],
  ['ntfy', '-k T, -t|-p|-T|-m _'],
  ['gotify apprise', '-t|-p|-b _'],
  ['transmission-daemon', '-v X, -u|-p|-g|-w _'],
  ['toot', 'login_cli: -p X'],
  ['bore', '-s|--secret X, -p|-l _, -t _'],
  ['frpc frps inlets inlets-pro', '-t|--token T, -p|-s|-l _'],
];
