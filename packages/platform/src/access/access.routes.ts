import { type Bound, handle } from '@pileus/http';
import { Failure, failures } from '@pileus/model';
import { auditVerifier } from './audit-chain.ts';
import { readAudit } from './audit-log.ts';
import type { Given } from './given.ts';
import { groupHandlers } from './groups.routes.ts';
import { deviceHandlers } from './device-login.ts';
import { factorHandlers } from './factors.routes.ts';
import { changePassword, me } from './me.ts';
import { methodsOf } from './methods.ts';
import { methodHandlers } from './methods.routes.ts';
import { organizationHandlers } from './organizations.routes.ts';
import { policyHandlers } from './policies.routes.ts';
import { serviceAccountHandlers } from './service-accounts.routes.ts';
import { endSession } from './sessions.ts';
import { beginPasskey, signIn } from './sign-in.ts';
import { passkeysWork } from './relying-party.ts';
import { userHandlers } from './users.routes.ts';

export function accessHandlers(given: Given): readonly Bound[] {
  const { database, version } = given;
  const verify = auditVerifier(database);
  return [
    handle('get /info', async ({ actor }) => ({ version, signedIn: actor !== undefined })),
    handle('get /failures/{code}', async ({ params: { code } }) => {
      const found = Object.entries(failures).find(([name]) => name === code)?.[1];
      if (!found) throw new Failure('not-found', { kind: 'failure', id: code });
      const { status, title } = found;
      return { code, status, title, retry: 'retry' in found, unclear: 'unclear' in found };
    }),
    handle('get /sign-in', async ({ request, query }) => ({
      methods: await methodsOf(database, query.organization),
      passkeys: passkeysWork(given, request.origin),
    })),
    handle('post /sessions', (context) => signIn(given, context)),
    handle('post /sessions/passkey', (context) => beginPasskey(given, context)),
    handle('delete /sessions/current', async ({ actor, audit, respond }) => {
      audit(actor.by.id);
      if (actor.by.is === 'session') await endSession(database, actor.by.id);
      respond.endSession();
      return {};
    }),
    handle('get /me', ({ actor }) => me(database, actor)),
    handle('put /me/password', ({ actor, body, request, audit }) => {
      audit(actor.user.id);
      return changePassword(given, actor, request, body);
    }),
    handle('get /audit/verify', ({ actor }) => verify(actor.organization)),
    handle('get /audit', ({ query, actor }) => readAudit(database, actor.organization, query)),
    ...organizationHandlers(given),
    ...userHandlers(given),
    ...factorHandlers(given),
    ...methodHandlers(given),
    ...deviceHandlers(given),
    ...groupHandlers(given),
    ...serviceAccountHandlers(given),
    ...policyHandlers(given),
  ];
}
