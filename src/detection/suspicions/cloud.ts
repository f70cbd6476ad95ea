/** Cloud accounts and clusters: their record switched off, their keys and rights handed out. */
import { shows, type Rule } from './rule.ts';

const recordOff = shows([
  [
    'aws',
    /cloudtrail (stop-logging|delete-trail|put-event-selectors|delete-event-data-store)|cloudtrail update-trail .*--no-|guardduty (delete-detector|update-detector .*--no-enable|disassociate)|configservice (stop-configuration-recorder|delete-(configuration-recorder|delivery-channel))|logs (delete-log-(group|stream)|delete-retention)|ec2 delete-flow-logs|securityhub disable|macie2 disable|s3api put-bucket-logging|route53resolver delete-resolver-query-log/,
  ],
  [
    'az',
    /monitor (diagnostic-settings|log-profiles|activity-log alert) delete|security (pricing|auto-provisioning).* (free|off)|eventhubs .*delete|network watcher flow-log delete/i,
  ],
  ['gcloud', /logging (sinks|buckets|logs|metrics) (delete|update)|services disable (logging|cloudaudit|securitycenter)/],
  ['kubectl', /delete (events|daemonset .*(falco|fluent|audit))/],
]);

const handsOut = shows([
  [
    'aws',
    /iam (create-access-key|create-login-profile|update-login-profile|update-assume-role-policy|put-user-policy|put-role-policy|(attach|put)-\S+-policy .*AdministratorAccess|add-user-to-group .*admin)|ec2 modify-snapshot-attribute .*(add|--group-names all)|lambda add-permission .*\*/i,
  ],
  ['az', /ad (sp|app) (create-for-rbac|credential (reset|add))|role assignment create .*(Owner|Contributor)/i],
  ['gcloud', /iam service-accounts keys create|add-iam-policy-binding .*(roles\/owner|allUsers)/],
]);

export const cloud: readonly Rule[] = [
  {
    code: 'CLOUD_LOGGING_OFF',
    tactic: 'DEFENCE_EVASION',
    points: 30,
    find: (program) => (recordOff(program) ? `switches off what the cloud records, with ${program.name}` : null),
    suspicious: [
      'aws cloudtrail stop-logging --name x',
      'gcloud logging sinks delete x',
      'az monitor diagnostic-settings delete -n x',
      'aws guardduty delete-detector --detector-id x',
    ],
    harmless: ['aws cloudtrail describe-trails', 'gcloud logging read x', 'aws logs tail x', 'az monitor metrics list'],
  },
  {
    code: 'CLOUD_RIGHTS',
    tactic: 'PERSISTENCE',
    points: 15,
    find: (program) => (handsOut(program) ? `hands out keys or rights in the cloud with ${program.name}` : null),
    suspicious: [
      'aws iam create-access-key --user-name x',
      'az ad sp create-for-rbac -n x',
      'gcloud iam service-accounts keys create k.json --iam-account x',
    ],
    harmless: ['aws iam list-users', 'az ad sp list', 'gcloud iam roles list'],
  },
];
