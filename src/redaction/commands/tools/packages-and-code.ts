import type { ToolTable } from '../places.ts';

/** Package managers, registries, code hosts, builds and continuous integration, signing of what is built. */
export const packagesAndCode: ToolTable = [
  ['signtool', '/p X, /f|/fd|/t|/tr|/td|/n|/i|/d|/du|/kc|/csp|/sha1 _'],
  [
    'gh hub ghorg ghq ghcr github-label-sync github-release ghr gren gh-dash',
    `--with-token: | t, --token|--access-token T,  -u|--user _,  --with-token _, -b _,
     --gitlab-token|--bitbucket-token T, --api-key K, -p _`,
  ],
  [
    'glab gitlab-runner gitlab-ci-multi-runner gitlab lab gitlab-rake gitlab-ctl',
    `--stdin: | t, login: -t|--token T, login: -j|--job-token T, variable set _ x, variable update _ x,
     --private-token|--oauth-token|--job-token|--token|--registration-token|--runner-token T, register: -r T, register: -t T,
     -r|-t|-g|-R|-u _, --password X, set _ k=X, --docker-auth-config k=X`,
  ],
  [
    `git git-lfs git-credential git-remote-https git-crypt git-svn git-secret legit jj hg svn svnadmin svnrdump svnsync bzr cvs cvs2git
     fossil darcs p4 repo tea berg forgejo gitea gogs bit bk bitbucket-cli bb stash tig glci`,
    `-c k=x, --password|--passwd|--passphrase X, --source-password|--sync-password X, --username|-u|-C|--git-dir|-R|-r|-m|-b _,
     change-password: --password X, -P _, login: -t T, --token T, user|users add _ x, user password _ x, user new _ _ x, login:
     --password X, -p _`,
  ],
  [
    'npm pnpm yarn bun cnpm tnpm verdaccio npm-cli-login lerna nx ied jspm corepack bower',
    `config|c set k=X..., config set _authToken|_auth|_password|//registry.npmjs.org/:_authToken x, set k=X..., --otp X,
     --_authToken|--//registry.npmjs.org/:_authToken T, --_auth|--_password X,  --npm-token|--auth-token|--token T, * k=X,
     npmAuthToken T, config set npmAuthToken|npmAuthIdent t, -e|-u _, login: --password X, --scope|--registry _`,
  ],
  [
    `pip pip3 pipx uv pdm poetry twine flit hatch maturin conda mamba micromamba anaconda pipenv easy_install devpi rye setup.py
     pypi-cli keyring-python virtualenv pixi`,
    `-p x, -u _, -r _, --password X, -p x, --token T, --token T, --repository-url _, publish: -p|--password X, publish: -a|--auth
     user:X, --ca-cert _, config http-basic.pypi x, config pypi-token.pypi|pypi-token.testpypi t, config http-basic.pypi _ x, config _
     t, login _ x, login: -p X, upload: -p X, install: -p _, venv: -p _, python: -p _, --publish-token T, login: --password X`,
  ],
  ['cargo cargo-login rustup cargo-release cargo-audit', 'login T, --token T, owner: --token T, -p _'],
  [
    'gem bundle bundler rake rails hoe geminabox inabox',
    '-k|--key _, --otp X,  config set _ user:X, config _ user:X, --secret X, -p _, --api-key K',
  ],
  [
    `composer phar symfony-cli artisan drush wp drupal magento n98-magerun php-cs-fixer occ console prestashop joomla concrete5
     bedrock valet`,
    `config http-basic.repo _ x, config github-oauth.github.com|gitlab-token.gitlab.com|gitlab-oauth.gitlab.com|bearer.repo.example t,
     --account-pass|--db-su-pw|--db-pw X, user:password|upwd _ X, user:change-password _ X, user:create|ucrt: --password X,
     user-password: --password X, admin:user:create: --admin-password X, config set DB_PASSWORD|AUTH_KEY x, config set _ k, -y _, -k _,
     -h _, config:system:set: --value x, encryption:encrypt X`,
  ],
  [
    `mvn mvnw maven gradle gradlew ant sbt mill bazel bazelisk buck leiningen lein boot jbang coursier cs ivy gvm kscript ammonite
     scala-cli`,
    `-Dk=X, -D?k=X, -Pk=X, -P?k=X, --encrypt-password|-ep X, --encrypt-master-password|-emp X, -Psigning.password=X, --remote_header _,
     --define k=X, --credentials user:X, --password X, -jksPassword X, --bes_header _`,
  ],
  [
    `dotnet nuget nuget.exe msbuild paket choco chocolatey winget scoop vsce ovsx vstest azuresigntool jsign osslsigncode
     signcode sn mage pvk2pfx`,
    `source: -p X, -sk|--symbol-api-key K, setapikey|setApiKey|SetApiKey K, apikey: -k K, push: -k K, -ApiKey K, --api-key|-k K, -p _, user-secrets set _ X,
     --api-key|--apikey K, -Password|-password X, pack: -p _, publish: -p _, run: -p _, publish: -p T, --pat T, /p:k=X, -kvs X, -kvt T, --azure-key-vault-client-secret X, -pass X, --storepass|--keypass|--pass X, -readpass _, -pi X, -po X, -kvi
     _, login: --pat T, install: --package-parameters k=X, --params k=X, -NuGetApiKey K, proxy: -proxyPassword X, create-publisher: -p
     T, -u _, user add _ x`,
  ],
  [
    'jarsigner keytool apksigner apksigner.jar bundletool zipalign aapt uber-apk-signer jadx apktool keystore-explorer kse',
    `-storepass|-keypass|-srcstorepass|-deststorepass|-srckeypass|-destkeypass|-signerkeypass|-new X,
     -storepass:env|-keypass:env|-storepass:file|-keypass:file _, --ks-pass|--key-pass|--ks-pass pass:X, --ks-pass=pass:X,
     --key-pass=pass:X, --ks-key-alias|--ks _, --ksPass|--ksKeyPass X, -alias _, -dname _, -keystore _, --pass-encoding _, -protected _`,
  ],
  [
    `fastlane xcodebuild xcrun altool notarytool codesign productsign security sign_update gon pod carthage ipatool match pilot sigh
     deliver eas expo expo-cli appcenter flutter dart ionic cordova nativescript code-push testflight bitrise`,
    `--password X, -p x, -u _, -k x, --app-specific-password X, unlock-keychain: -p X, create-keychain: -p X, set-keychain-password: -o X,
     set-keychain-password: -p X, import: -P X, import: -k _, import: -f|-t _, set-key-partition-list: -k X, set-key-partition-list:
     -S|-D _, add-generic-password|add-internet-password: export: -P X, add-generic-password|add-internet-password: -a|-s|-l|-D|-j|-U|-T _,
     -a|-s|-r _, --token T, login: --token T, --apiKey _, auth: --password X, -w X, --keychain-passphrase|--passphrase X,
     env:create: --value X, secret:create: --value X, secret: --value X, --ks-pass|--push-p12-password X, --packageType _,
     --storePassword|--password X, encrypt: -p X, -authenticationKeyID _`,
  ],
  [
    `travis circleci drone buildkite-agent bk jenkins jenkins-cli jenkins-jobs jenkins-plugin-cli buildkite codecov codecovcli
     coveralls coverage-reporter codeclimate-test-reporter cc-test-reporter codacy-coverage-reporter sonar-scanner sonar sonarqube
     sonar-scanner-cli dotnet-sonarscanner semaphore sem woodpecker woodpecker-cli concourse fly-ci fly-concourse teamcity appveyor
     tkn-cli semgrep codeql fossa whitesource mend veracode checkmarx cx blackduck detect trufflehog gitleaks ggshield detect-secrets
     dependency-check sentry-cli rollbar-cli bugsnag-cli datadog-ci honeycomb nektos goreleaser release-it semantic-release
     changesets jfrog jf jfrog-cli artifactory nexus curl-nexus cloudsmith packagecloud gemfury fury`,
    `--token T, --github-token|--pro-token T, encrypt k=X, encrypt x, env set _ x, login: -g|--github-token T, login: -p X, -p _,
     setup _ t, setup: --token T, --auth-token|--access-token|--api-token T, -auth user:X, -s _, -r|--repo _, -Dsonar.login=T,
     -Dsonar.token=T, -Dsonar.password=X, /d:sonar.login=T, /d:sonar.token=T, --set|-s k=X, --secret any=X, --project-token T,
     --account-token T, --password X, --user user:X, --apikey|--api-key|--apiKey|-apiKey K, -api-key K, --nvdApiKey K, secrets create _
     any=X, -vkey K, -vid _, --blackduck.api.token=T, --webhook-secret X, push: -k K, push: -k K, set-pipeline: -v any=x, -n _, --aws-secret
     K, rt: --apikey K, rt: --password X, login: --api-key K, login: -k K, api-key k`,
  ],
  ['go node python python3 ruby perl php lua Rscript deno java', '-m CMD, -c _, -e _, -r _, -I _, -D?k=X, -jar CMD, CMD'],
  ['npx bunx pnpx pipx-run uvx tsx ts-node mono wine', '-p|--package|--from|--with _, CMD'],
  [
    `huggingface-cli hf openai ollama llm sgpt aider claude gemini mods fabric replicate modal wandb mlflow kaggle comet neptune
     clearml dvc cog together lightning gradio anthropic aichat chatgpt tgpt cursor-agent codex copilot-cli interpreter shell-gpt rgpt
     bito oco opencommit aicommits goose-ai koboldcpp llamafile vllm litellm langchain promptfoo`,
    `login t, login: --token T, --hf-token|--hf_token T, --token T, --api-key|--openai-api-key|--anthropic-api-key|--key K, -k k,
     --api_key K, -t _, config set k=X..., set _ t, auth _ t, set-key K, remote modify _ password|secret_access_key x, login:
     --token-stdin _, login: --host _, --password X, --password K`,
  ],
  ['git hg', 'config github.token|gitlab.token|github.password T, --config k=X'],
  ['exercism wakatime leetcode', '--token T, configure: -t T, --key K'],
  ['jmeter', '-a X, -u _, -J?k=X, -D?k=X, -n|-t|-l|-j|-H|-P|-N _'],
  ['add-user jboss-cli asadmin wsadmin', '-p X, -u _, --password X, -password X, -r|-g|-s _'],
  ['github-label-sync', '-a|--access-token T'],
  ['ghr', '-t T'],
  ['github-release', '-s|--security-token T'],
  ['gh', 'secret: -b|--body X'],
  ['p4', '-P X, passwd: -O X, -t _'],
  ['npm-cli-login', '-p X'],
  ['pnpx yarn bun', 'dlx: -p _'],
  ['anaconda', '-t T'],
  ['uv', 'publish: -t T'],
  ['twine devpi', '-p X'],
  ['conan', 'user|login: -p X, remote: -p X'],
  ['luarocks', '--temp-key K'],
  ['altool ipatool', '-p X'],
  ['xcrun', 'altool: -p X'],
  ['forge', 'login: -t T, providers: -s X'],
  ['codecov codecovcli drone woodpecker woodpecker-cli codacy-coverage-reporter', '-t T'],
  ['cloudsmith honeymarker honeytail', '-k K'],
  ['act', '-s|--secret any=X, -P|-W|-j|-e|-b _'],
  ['gitea gogs forgejo', 'user: -p X'],
];
