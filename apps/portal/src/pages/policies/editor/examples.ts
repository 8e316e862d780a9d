import { policyVersion } from '@pileus/policy';

export type ExampleName = 'readOneProject' | 'operateServers' | 'protectProduction' | 'officeOnly';

/** Policies to begin with. `project` is the id of the one that a policy about a single project names. */
export function examples(project: string): Readonly<Record<ExampleName, unknown>> {
  const policy = (...Statement: object[]) => ({ Version: policyVersion, Statement });
  return {
    readOneProject: policy({
      Sid: 'ReadOneProject',
      Effect: 'Allow',
      Action: ['*.read'],
      Resource: ['project/*', 'deployment/*', 'server/*', 'volume/*', 'network/*', 'address/*'],
      Condition: { StringEquals: { project } },
    }),
    operateServers: policy({
      Sid: 'OperateServers',
      Effect: 'Allow',
      Action: ['server.read', 'server.start', 'server.stop', 'server.reboot'],
      Resource: ['server/*'],
    }),
    protectProduction: policy({
      Sid: 'NobodyDeletesInProduction',
      Effect: 'Deny',
      Action: ['deployment.delete'],
      Resource: ['*'],
      Condition: { StringEquals: { environment: 'production' } },
    }),
    officeOnly: policy({
      Sid: 'OnlyFromTheOffice',
      Effect: 'Deny',
      Action: ['*'],
      Resource: ['*'],
      Condition: { NotIpAddress: { sourceIp: ['10.0.0.0/8', '192.168.0.0/16'] } },
    }),
  };
}
