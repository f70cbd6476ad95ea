import type { ToolTable } from '../places.ts';

/** Containers, clusters, clouds, infrastructure as code, secret stores. */
export const containersAndClouds: ToolTable = [
  [
    'docker podman nerdctl finch',
    `login: -p?X, login: --password X, login: -u _, --secret _, --config|--context|-H|--host|--log-level|-l _, -e|--env k=X,
     --build-arg k=X, exec|run:
     -u|--user|-w|--workdir|--env-file|-v|--volume|-p|--publish|--name|--network|--net|--entrypoint|-h|--hostname|--mount|--link|-m|--memory|--cpus|--label|-l|--restart|--platform|--add-host|--device|--ip|--dns|--cap-add|--security-opt|--ulimit|--pid|--ipc|--volumes-from|--gpus|--tmpfs|--log-driver|--log-opt|--shm-size|--annotation|--detach-keys|--expose|--pod|--userns
     _, exec|run _ CMD, container exec|run _ CMD, compose exec|run _ CMD, machine: --generic-ssh-key _`,
  ],
  [
    'docker-compose podman-compose',
    '-f|-p|--file|--project-name|--env-file _, -e k=X, exec|run: -u|-w|--user|-T|--workdir|--entrypoint|--name|-v|-p _, exec|run _ CMD',
  ],
  [
    `docker-machine docker-credential-helper docker-slim skopeo buildah crane cosign notation regctl oras img kaniko ko nixpacks
     pack dive trivy grype syft snyk clair ctr crictl singularity apptainer umoci regclient copa docker-pushrm dockle hadolint notary
     kpack imgpkg regsync dtr`,
    `--creds|--src-creds|--dest-creds|--src-registry-creds|--credential user:X,
     --registry-token|--src-registry-token|--dest-registry-token T, login: -p?X, --password|--registry-password|--pass X, -u user:X,
     --user user:X, --username _, --auth user:X, auth _ t, --token T, --secret _, pull|push: --docker-password X, --passphrase X,
     --api-key K, --decryption-key _, login: -p X, --from k=X, --generic-password X, --amazonec2-secret-key K, -p x`,
  ],
  [
    'kubectl oc kubecolor k9s k3s microk8s.kubectl',
    `-p _, --from-literal any=X, --docker-password X, --token T, --password X,
     -n|--namespace|-c|--container|-f|--filename|-l|--context|--kubeconfig|--cluster|--user|-s|--server|--as|-o|--output|--field-selector|--username
     _, exec: -p _, exec _ CMD, run: --env k=X, login: -p X, login: -u _, set-credentials: --auth-provider-arg k=X,
     --certificate-authority _, --client-key _, -e k=X, new-app: k=X..., process: -p k=X, --bootstrap-token T`,
  ],
  [
    `helm helmfile helm-secrets argocd flux kubeseal kustomize kops kubeadm eksctl rancher k3d k3sup kind minikube talosctl vcluster
     linkerd istioctl velero kapp ytt kubefed tkn argo crossplane k0s rke rke2 teleport tctl okd odo kn k8sec kubectx kubie kompose
     werf skaffold tilt garden devspace okteto loft cilium calicoctl stern`,
    `login|add|update: -p X, --password X, -u _, --token|--agent-token|--auth-token|--discovery-token|--bearer-token T,
     --certificate-key K, --new-password|--current-password|--account-password X, join _ t, token create t,
     --ttl|--groups|--description|--usages _, set _ k=X..., set _ any=X, login: -t T, --secret-string X,
     --git-token|--github-token|--gitlab-token T, --git-password X, login _ t, -n|--namespace _, -f|--values _, set _ k=X,
     --accesskey|--secretkey|--access-key|--secret-key K, --docker-password X, --cluster-token T`,
  ],
  [
    'aws awslocal aws-shell awsv2 awscli',
    `configure set aws_secret_access_key|aws_session_token K, configure set _ k, SecureString: --value X, --value x, --secret-string X,
     --secret-binary X,
     --master-user-password|--admin-password|--master-password|--user-password|--temporary-password|--password|--new-password|--old-password|--previous-password|--proposed-password|--auth-token
     X, --private-key p, --plaintext X, --ciphertext-blob _,
     --token|--token-code|--session-token|--web-identity-token|--access-token|--refresh-token|--id-token T,
     --starting-token|--next-token|--page-token|--client-token|--client-request-token|--idempotency-token|--pagination-token|--continuation-token|--creation-token|--caller-reference|--upload-id|--change-token|--lock-token|--request-token|--marker
     _, --authentication-code1|--authentication-code2 PIN, --secret-access-key|--secret-key K, --auth-parameters k=X, --parameters k=X,
     --environment k=X, --environment-variables k=X, --secret x, --secret-id|--secret-name _, --secret-hash T, --ses-smtp-password X,
     --shared-secret|--pre-shared-key X, --passphrase X, --password-data _,
     --sse-customer-key|--sse-c-key|--sse-c|--sse-c-copy-source-key k, --oauth-token T, --confirmation-code PIN, --key k,
     --challenge-responses k=X, --signing-key _, --auth-code X, --owner-sak K, --user-code PIN, --secret-to-authenticate-initiator|--secret-to-authenticate-target X, --assertion t, --passwords X`,
  ],
  [
    `aws-vault aws-sso saml2aws aws-google-auth aws-azure-login gimme-aws-creds awsume aws-mfa granted assume leapp okta-aws aws-okta
     stskeygen limes awslogin chamber confidant credstash aws-nuke cloud-nuke s3cmd s5cmd s4cmd s3fs-fuse mc mcli minio boto gsutil
     awless prowler cloudsplaining pacu scoutsuite cloudfox steampipe cli53 eb sam cdk copilot amplify serverless sls chalice zappa up
     apex ecs-cli eksctl-anywhere ecs-deploy former2 cognito-cli dynein`,
    `--password X, --mfa-token|-m|--mfa PIN, -t PIN, --access_key|--access-key _,
     --secret_key|--secret-key|--secret-access-key|--aws-secret-key|--secret K, --access_token|--session-token T, --mfa-code PIN, write
     _ _ x, put _ x, alias set _ _ _ X, config host add _ _ _ x, admin user add _ _ X, encrypt k=X..., --password x,
     --duration|-d|-n|--region _, --client-secret X, -p x, --skip-prompt _, --aws-secret-access-key K, --gpg_passphrase X`,
  ],
  [
    'az azcopy azd func pac azure azcmagent azuredatastudio-cli acs-engine aks-engine bicep sf m365 cosmicds',
    `login|principal: -p X, login: --password X,
     --password|--admin-password|--administrator-login-password|--registry-password|--docker-registry-server-password|--deployment-password|--certificate-password|--windows-admin-password|--new-password|--docker-password
     X, -p _, --account-key|--storage-account-key|--storage-key|--primary-key|--secondary-key K, --sas-token T, --value X,
     --secure-string X, --connection-string k=X, --settings k=X..., --secrets any=X, --parameters|--protected-settings k=X,
     --client-secret|--service-principal-password|--aad-client-secret|--aad-server-app-secret|--spn-secret|--service-principal-secret|--secret
     X, --password-as-secret _, --github-token|--token|--personal-access-token|--pat|--token-secret|--source-control-token|--git-token
     T, --authorization-key|--auth-key|--shared-key|--admin-key|--query-key|--api-key|--vpn-shared-key|--key K, --key x,
     --secret-name|--secret-id|--secret-permissions _, --env any=x, --secure-environment-variables any=X, --bearer-token T,
     --id-token|--federated-token T, --local-ssl-cert _, --env-vars k=X, --service-principal-key K`,
  ],
  [
    'gcloud bq gcsfuse firebase gcloud-beta cloud_sql_proxy cloud-sql-proxy gam clasp apigeecli apigee',
    `--password|--root-password|--service-account-password|--current-password|--root-pass X, --auth-string X,
     --shared-secret|--client-secret|--oauth-client-secret|--secret-access-key X, --secret _,
     --ci-token|--token|--auth-token|--access-token|--token-data T, functions:config:set k=X..., 
     --api-key|--key-string K, --key _, --creds _, --substitutions k=X, --destination-password|--source-password|--admin-password X,
     --ad-password X, password x, --pre-shared-key|--tsig-key-secret K, --hmac-secret-key K, --page-token|--next-page-token _,
     --impersonate-token T`,
  ],
  [
    `terraform tofu terragrunt terramate pulumi atlantis tflint infracost terracognita terraformer driftctl tfenv cdktf env0 spacectl
     scalr checkov tfsec terrascan`,
    `-var k=X, --var k=X, -backend-config k=X, --backend-config k=X, config set _ k, --api-key|--api-token|--bc-api-key K, --token T,
     set api_key k, configure set api_key K, --gh-token|--gitlab-token|--bitbucket-token|--azuredevops-token T,
     --gh-webhook-secret|--gitlab-webhook-secret|--web-password X, -client-secret X, --variables k=X`,
  ],
  [
    `ansible ansible-playbook ansible-vault ansible-pull ansible-console ansible-galaxy ansible-tower-cli tower-cli awx
     ansible-navigator salt salt-call salt-ssh salt-run salt-cloud puppet bolt chef knife chef-client chef-solo cf-agent mgmt pyinfra
     rundeck rd itamae mitamae cdist molecule foreman hammer satellite katello-agent subscription-manager rhc
     insights-client rhsm rhnreg_ks`,
    `-e?k=X, --extra-vars k=X, --token|--api-key T,
     --password|--passwd|--conn-pass|--pass|--become-pass|--sudo-password|--ssh-password|--winrm-password|--bootstrap-password X,
     --roster-file _, -p|--pwd x, -P x, -k _, -K _, --priv-passwd|--passphrase X, --activationkey|--activation-key K, --activationkeys
     _, --login|-x|--ssh-user _, --secret|-s _, encrypt_string X,
     --name|--stdin-name|--vault-id|--vault-password-file|--vault-pass-file|--encrypt-vault-id|--new-vault-id|--new-vault-password-file
     _, --tower-password|--conf.password|--conf.token X, --tower-oauth|--conf.oauth T, register: --org _, --secret-file _,
     --sudo-password X, -w x, --eauth-password X, shadow.set_password _ X, --proxypassword|--proxypass|--proxyPassword X,
     --enroll-token T, user create _ _ _ _ _ x, --pillar k=X, pillar= k=X, --user-pass X`,
  ],
  [
    `openstack nova neutron glance cinder swift keystone heat trove magnum ironic designate barbican senlin zun manila octavia aodh
     gnocchi osc rally tempest murano sahara`,
    `--os-password|--os_password|--password|--original-password|--user-password|--admin-pass|--admin-password|--rescue-password|--new-password|--user-pass
     X, --os-token|--os-auth-token|--os_auth_token|--os-identity-token|--token T, --os-passcode|--passcode PIN,
     --os-client-secret|--os-application-credential-secret|--secret|--client-secret X, -K|--key k, -A|--auth|-U|--user|-V _,
     --payload X, -p x, --value X, --psk X, --access-secret K, --user-data _, credential create _ X, --property k=X`,
  ],
  [
    'vault bao openbao',
    `login T, login k=X, login: -method|-path _, -token|-client-token T,
     -address|-namespace|-ca-cert|-client-cert|-client-key|-tls-server-name|-mount|-field|-format|-output _, kv put|patch _ any=X...,
     kv put|patch any=X, write _ k=X..., write _ any=x..., unwrap T, token lookup|renew|revoke|capabilities t, unseal X, operator
     unseal X, operator rekey X, -otp T, -decode T, -nonce _, rekey X, auth T, -pgp-keys _, -wrapping-token T, -secret-id|-secret_id X,
     ssh: -passthrough _`,
  ],
  ['safe', 'auth T, set _ any=x..., target _ _ x'],
  ['bw', 'unlock X, login _ X, --code PIN, --session T, --raw _, --method _'],
  [
    `infisical op lpass pass-cli kpcli keepass2 keepass kpscript dcli enpass-cli passbolt keeper ksm akeyless
     conjur summon cyberark evervault secrethub berglas keyring envchain teller dotenv-vault sops-exec chezmoi-secrets thycotic tss
     delinea vaultwarden rbw gopass passage pass prs hoarder`,
    `configure set token T, --token T, --session|--secret-key|--account-token T, -pw:X, -pw-enc:X, unlock x, login _ x, login: _ x,
     set _ x, secrets set k=X..., secrets set _ x, secrets set any=X..., --value X, edit-user: --new-password X, item edit _ any=X...,
     set _ any=x..., safe auth T, auth t, write _ x, access-key|--access-key K, --code|--totp-code PIN, --client-secret|--clientsecret
     X, signin _ _ _ X, --service-token T, --universal-auth-client-secret X, key: --pass X, --secret x, -p x,
     -c|--config|--project|--env|--path|--vault _, add: -p _, login: --userPassword X, --userPasswordHash H, --userPrivateKey P,
     --api-key K, send _ x, -guikeyfile _, -keyfile:_`,
  ],
  [
    `heroku dokku flyctl fly render vercel now netlify surge railway doctl linode-cli linode hcloud vultr-cli vultr scw ovhcloud exo
     civo ibmcloud ic bluemix cf oci aliyun tccli hcloud-robot nomad-pack cloudflare flarectl wrangler cfcli cf-terraforming gandi
     namecheap dnscontrol lego certbot acme.sh dehydrated porkbun deta shuttle cargo-shuttle northflank koyeb zeet qovery porter
     platform upsun symfony pantheon terminus acli wp-engine godaddy digitalocean clever scalingo scaleway kinsta cyclic begin fermyon
     spin kamal piku coolify convox pagoda stackit yc sakura conoha tencent`,
    `config:set k=X..., config:set _ any=x..., config:add k=X..., env:set k=X..., variables:set k=X..., secrets set any=X...,
     secrets:set any=X..., env set _ x, --access-token|--token T, --password X, -p _, login: -p X, login: --apikey K, login|auth
     _ x, -u|--user|-o|-s|-r|-a|--app|-g|--remote _, --apikey|--api-key|--api_key|--api-token K, --passcode T, --client-secret X, auth
     token t, auth docker t, auth:token T, --machine-token T, --access-key-secret|--secret-key|--secretKey|--access-key-secret K,
     --root_pass|--root-pass|--root-password X, --sts-token T, secret put _ x, --hmac K, --admin-passwd|--admin-password|--admin_pass
     X, wp: --user_pass X, set-env _ x, create-user _ x,  registry:login _ _ X, create-user-provided-service|cups: -p k=X,
     machine:auth t, access-token t, login t, --config k=X`,
  ],
  ['docker podman', 'secret: | X'],
  ['kubectl oc', 'secret: | X'],
  ['wrangler fly flyctl vercel heroku netlify doppler supabase gh glab', 'secret|secrets: | x, secret|secrets: | k=X, env|variable: | x'],
  ['infisical', 'login: --token T'],
  ['vercel now doctl flyctl', '-t T'],
  ['vercel now', '--protection-bypass T, -b|-e any=x'],
  ['cfcli', '-k K, -e|-d|-a|-t _'],
  ['faas-cli', 'login: -p X, --from-literal|--literal|-l any=X, -u|-g|-f|-n _'],
  ['waypoint benthos', '--token T'],
  ['airflow', 'users: -p X, flower: -A user:X, connections: --conn-password X'],
  ['commercelayer', 'applications:add: -s|-p X, checkout: -a t'],
  ['csdx', '-k K, auth:tokens:add: -t T'],
  ['encore', 'login: -k K'],
  ['doppler', 'configure set token T, --token T, secrets set k=X..., secrets set any=X..., -p|-c|--project|--config _'],
  ['bws', '-t|--access-token T, -p|-o _, secret create _ X, edit: --value X'],
  ['keepassxc-cli', '-p|-t|-u|-k _, --pw-stdin: | x'],
  ['op', 'signin _ _ X'],
  ['microk8s', 'join user/x'],
  ['fab cap capistrano', '--password X'],
  ['databricks', 'configure: | t, --string-value|--bytes-value X'],
  ['akeyless', '-v|--value X, --access-key K'],
  ['conjur', 'values add _ X'],
  ['berglas', 'create|update _ X'],
  ['chezmoi', 'keyring: --value X'],
  ['keyring', 'set: | X'],
  ['docker', 'unlock: | T'],
];
