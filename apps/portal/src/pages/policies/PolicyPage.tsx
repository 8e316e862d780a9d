import { getRouteApi, Link } from '@tanstack/react-router';
import { App, Button, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { PolicyDetail } from '../../api/types.ts';
import { useLanguage, useText } from '../../i18n/index.ts';
import { Copyable } from '../../parts/Copyable.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Loaded, Page } from '../../parts/Page.tsx';
import { errorSentence } from '../../parts/problem.ts';
import { Tabs } from '../../parts/Tabs.tsx';
import { usePermission } from '../../shell/permission.ts';
import { Attached } from './Attached.tsx';
import { BuiltIn } from './BuiltIn.tsx';
import { DocumentForm, DocumentJson } from './DocumentView.tsx';
import { Versions } from './Versions.tsx';
import { ViewSwitch } from './ViewSwitch.tsx';

const route = getRouteApi('/inside/policies/$policy');

export default function PolicyPage() {
  const { t } = useTranslation();
  const say = useText();
  const { policy: id } = route.useParams();
  const { tab = 'document' } = route.useSearch();
  const policy = useRead('get /policies/{policy}', { params: { policy: id } });
  return (
    <Loaded of={policy}>
      {(data) => (
        <Page
          title={data.name}
          up={{ to: '/policies', title: t('policies.title') }}
          tags={data.isBuiltIn && <BuiltIn />}
          hint={
            <span className="row wrap">
              <Copyable text={data.id} shown /> {say(data.description) && `· ${say(data.description)}`}
            </span>
          }
          actions={<PolicyActions policy={data} />}
        >
          <Tabs
            label={data.name}
            now={tab}
            of={[
              { key: 'document', title: t('policies.document') },
              { key: 'versions', title: t('policies.versions'), number: data.versions.length || undefined },
              { key: 'attached', title: t('policies.attached'), number: data.attachedTo.length || undefined },
            ]}
          >
            {tab === 'document' && <Document policy={data} />}
            {tab === 'versions' && <Versions policy={data} />}
            {tab === 'attached' && <Attached policy={data} />}
          </Tabs>
        </Page>
      )}
    </Loaded>
  );
}

function Document({ policy }: { policy: PolicyDetail }) {
  const { as = 'form' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <ViewSwitch
        value={as}
        onChange={(value) => void navigate({ search: (before) => ({ ...before, as: value }), replace: true })}
      />
      {as === 'form' ? (
        <DocumentForm document={policy.document} />
      ) : (
        <DocumentJson document={policy.document} label={policy.name} />
      )}
    </>
  );
}

function PolicyActions({ policy }: { policy: PolicyDetail }) {
  const { t } = useTranslation();
  const may = usePermission();
  return (
    <>
      {!policy.isBuiltIn && may('policy.delete') && <DeletePolicy policy={policy} />}
      {may('policy.create') && (
        <Link to="/policies/new" search={{ copy: policy.id }}>
          <Button icon={<Icon name="copy" size={14} />} tabIndex={-1}>
            {t('policies.copyOf')}
          </Button>
        </Link>
      )}
      {!policy.isBuiltIn && may('policy.update') && (
        <Link to="/policies/$policy/edit" params={{ policy: policy.id }}>
          <Button type="primary" icon={<Icon name="edit" size={14} />} tabIndex={-1}>
            {t('policies.edit')}
          </Button>
        </Link>
      )}
    </>
  );
}

function DeletePolicy({ policy }: { policy: PolicyDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = route.useNavigate();
  const { modal, message } = App.useApp();
  const remove = useAct('delete /policies/{policy}', ['get /policies']);
  const ask = () =>
    void modal.confirm({
      title: t('policies.deleteTitle', { name: policy.name }),
      content: t('policies.deleteText'),
      okText: t('action.delete'),
      okButtonProps: { danger: true },
      onOk: async () => {
        try {
          await remove.mutateAsync({ params: { policy: policy.id } });
          void message.success(t('policies.deleted'));
          await navigate({ to: '/policies', search: {} });
        } catch (error) {
          void message.error(errorSentence(error instanceof Error ? error : new Error(String(error)), language, t), 6);
        }
      },
    });
  const count = policy.attachedTo.length;
  return (
    <Tooltip title={count > 0 ? t('policies.deleteAttached', { count }) : undefined}>
      <Button danger type="text" icon={<Icon name="trash" size={14} />} disabled={count > 0} onClick={ask}>
        {t('policies.delete')}
      </Button>
    </Tooltip>
  );
}
