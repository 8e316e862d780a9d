import '../policies/policies.css';
import { tagOf } from '@pileus/api/client';
import { App, Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Secret } from '../../api/types.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { usePermission } from '../../shell/permission.ts';
import { secretReads } from './reads.ts';

type Version = Secret['version'];

/** Which version a secret is at, and the way to the others. */
export function SecretVersion({ of: secret }: { of: Secret }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const { number } = secret.version;
  return (
    <>
      <Button
        type="link"
        size="small"
        aria-label={`${number}: ${t('secrets.versionsTitle', { name: secret.name })}`}
        onClick={() => setOpen(true)}
      >
        {number}
      </Button>
      {isOpen && <SecretVersions of={secret} onClose={() => setOpen(false)} />}
    </>
  );
}

/** When a secret had another value, by whom, and the way back; values are never shown. */
function SecretVersions({ of: { id, name }, onClose }: { of: Secret; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [problem, setProblem] = useState<Error>();
  const params = { secret: id };
  const secret = useRead('get /secrets/{secret}', { params });
  const versions = useRead('get /secrets/{secret}/versions', { params });
  const bringBack = useAct('put /secrets/{secret}', secretReads);
  const act = async (now: Secret, { number }: Version) => {
    setProblem(undefined);
    try {
      const { version } = await bringBack.mutateAsync({ params, body: { version: number }, ifMatch: tagOf(now) });
      void message.success(t('secrets.rotated', { name, version: version.number }));
    } catch (error) {
      setProblem(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const failed = problem ?? secret.error ?? versions.error;
  return (
    <Modal open width={760} title={t('secrets.versionsTitle', { name })} footer={null} onCancel={onClose}>
      <div className="stack" style={{ paddingTop: 4 }}>
        <p className="quiet">{t('secrets.versionsText')}</p>
        {secret.data && versions.data ? (
          <VersionList
            of={secret.data}
            versions={versions.data.items}
            busy={bringBack.isPending}
            onBringBack={(version) => void act(secret.data, version)}
          />
        ) : (
          !failed && <Bones lines={4} />
        )}
        {failed && <ProblemBox error={failed} />}
      </div>
    </Modal>
  );
}

function VersionList({
  of: secret,
  versions,
  busy,
  onBringBack,
}: {
  of: Secret;
  versions: readonly Version[];
  busy: boolean;
  onBringBack: (version: Version) => void;
}) {
  const { t } = useTranslation();
  const may = usePermission();
  return (
    <ol className="versions">
      {versions.map((version) => (
        <li key={version.number}>
          <strong>
            {t('secrets.version')} {version.number}
          </strong>
          {version.number === secret.version.number && <span className="tag ok">{t('secrets.newest')}</span>}
          <span className="note-text quiet">
            {version.broughtBackFrom !== undefined && t('secrets.from', { number: version.broughtBackFrom })}
            {!version.isKept && t('secrets.forgotten')}
            {version.fingerprint !== undefined && <span className="mono"> {version.fingerprint}</span>}
          </span>
          <span className="quiet">
            {version.createdBy} · <Moment at={version.createdAt} />
          </span>
          {version.isKept && version.number !== secret.version.number && may('secret.update') && (
            <Button size="small" disabled={busy} onClick={() => onBringBack(version)}>
              {t('secrets.bringBack')}
            </Button>
          )}
        </li>
      ))}
    </ol>
  );
}
