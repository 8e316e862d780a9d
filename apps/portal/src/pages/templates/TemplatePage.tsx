import './templates.css';
import { getRouteApi, Link } from '@tanstack/react-router';
import { App, Button, Segmented, Select } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { TemplateDetail, Variant } from '../../api/types.ts';
import { plain } from '../../format/value.ts';
import { useLanguage, useText } from '../../i18n/index.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Copyable } from '../../parts/Copyable.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Table } from '../../parts/Listing.tsx';
import { Loaded, Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { errorSentence } from '../../parts/problem.ts';
import { type Field, fieldsOf } from '../../parts/schema/fields.ts';
import { Tabs } from '../../parts/Tabs.tsx';
import { usePermission } from '../../shell/permission.ts';
import { TemplateFiles } from './TemplateFiles.tsx';

const Topology = lazy(() => import('../../parts/topology/Topology.tsx'));
const route = getRouteApi('/inside/templates/$template');

export default function TemplatePage() {
  const { t } = useTranslation();
  const text = useText();
  const { template: id } = route.useParams();
  const search = route.useSearch();
  const { tab = 'topology', version } = search;
  const detail = useRead('get /templates/{template}', { params: { template: id }, query: { version } });
  return (
    <Loaded of={detail}>
      {(template) => {
        const variant = template.variants.find((one) => one.name === search.variant) ?? template.variants[0];
        return (
          <Page
            title={text(template.title)}
            up={{ to: '/templates', title: t('templates.title') }}
            tags={template.preset && <span className="tag">{t('templates.preset')}</span>}
            hint={
              <span className="row wrap">
                {template.name} · <Copyable text={template.id} shown />
              </span>
            }
            actions={<TemplateActions template={template} />}
          >
            <p style={{ maxWidth: '70em' }}>{text(template.description)}</p>
            <Choices template={template} variant={variant} />
            <Tabs
              label={text(template.title)}
              now={tab}
              of={[
                { key: 'topology', title: t('template.topology'), number: variant?.nodes.length },
                { key: 'inputs', title: `${t('template.inputs')} · ${t('template.outputs')}` },
                { key: 'files', title: t('template.files'), number: template.files.length },
              ]}
            >
              {tab === 'topology' && variant && (
                <Panel flush>
                  <Suspense fallback={<Bones lines={6} />}>
                    <Topology
                      nodes={variant.nodes.map((node) => ({ ...node, id: node.name, node: node.name }))}
                      height={480}
                    />
                  </Suspense>
                </Panel>
              )}
              {tab === 'inputs' && variant && <InputsAndOutputs variant={variant} />}
              {tab === 'files' && <TemplateFiles template={template} chosen={search.file} />}
            </Tabs>
          </Page>
        );
      }}
    </Loaded>
  );
}

function Choices({ template, variant }: { template: TemplateDetail; variant: Variant | undefined }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const several = template.variants.length > 1;
  if (!several && template.versions.length < 2) return null;
  return (
    <div className="row wrap" style={{ gap: 16 }}>
      {several && (
        <span className="row">
          <span className="quiet">{t('template.variant')}</span>
          <Segmented
            value={variant?.name ?? ''}
            options={template.variants.map((one) => one.name)}
            onChange={(name) => void navigate({ search: (before) => ({ ...before, variant: name }), replace: true })}
          />
        </span>
      )}
      {template.versions.length > 1 && (
        <span className="row">
          <span className="quiet">{t('common.version')}</span>
          <Select
            value={template.version}
            aria-label={t('common.version')}
            options={template.versions.map((value) => ({ value, label: value }))}
            onChange={(value) => void navigate({ search: (before) => ({ ...before, version: value }), replace: true })}
          />
        </span>
      )}
    </div>
  );
}

function InputsAndOutputs({ variant }: { variant: Variant }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const inputs: Column<Field>[] = [
    {
      key: 'name',
      title: t('common.name'),
      cell: (field) => (
        <div className="main-cell">
          <strong style={{ fontWeight: 550 }}>{field.label}</strong>
          {field.label !== field.path[0] && <code className="sub">{field.path[0]}</code>}
        </div>
      ),
    },
    { key: 'help', title: t('common.description'), long: 'wrap', cell: (field) => field.help },
    {
      key: 'required',
      title: t('template.required'),
      width: 90,
      cell: (field) => t(field.required ? 'common.yes' : 'common.no'),
    },
    {
      key: 'default',
      title: t('template.default'),
      cell: (field) => plain(field.default) && <code>{plain(field.default)}</code>,
    },
  ];
  const outputs: Column<Variant['outputs'][number]>[] = [
    {
      key: 'name',
      title: t('common.name'),
      width: '30%',
      cell: (output) => <strong style={{ fontWeight: 550 }}>{output.name}</strong>,
    },
    { key: 'description', title: t('common.description'), long: 'wrap', cell: (output) => output.description },
  ];
  const fields = fieldsOf(variant.inputs, language);
  return (
    <>
      <Panel title={t('template.inputs')} flush>
        {fields.length > 0 ? (
          <Table
            items={fields}
            columns={inputs}
            rowKey={(field) => field.path.join('.')}
            label={t('template.inputs')}
          />
        ) : (
          <p className="body quiet">{t('template.noInputs')}</p>
        )}
      </Panel>
      <Panel title={t('template.outputs')} flush>
        {variant.outputs.length > 0 ? (
          <Table
            items={variant.outputs}
            columns={outputs}
            rowKey={(output) => output.name}
            label={t('template.outputs')}
          />
        ) : (
          <p className="body quiet">{t('template.noOutputs')}</p>
        )}
      </Panel>
    </>
  );
}

function TemplateActions({ template }: { template: TemplateDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = usePermission();
  const navigate = route.useNavigate();
  const { modal, message } = App.useApp();
  const remove = useAct('delete /templates/{template}');
  const ask = () =>
    void modal.confirm({
      title: t('template.deleteTitle', { name: template.name }),
      content: t('template.deleteText'),
      okText: t('action.delete'),
      okButtonProps: { danger: true },
      onOk: async () => {
        try {
          await remove.mutateAsync({ params: { template: template.id } });
          void message.success(t('template.deleted'));
          await navigate({ to: '/templates', search: {} });
        } catch (error) {
          void message.error(errorSentence(error instanceof Error ? error : new Error(String(error)), language, t), 6);
        }
      },
    });
  return (
    <>
      {may('template.delete') && !template.preset && (
        <Button danger type="text" icon={<Icon name="trash" size={14} />} onClick={ask}>
          {t('action.delete')}
        </Button>
      )}
      {may('deployment.plan') && (
        <Link to="/deployments/new" search={{ template: template.id }}>
          <Button type="primary" icon={<Icon name="play" size={14} />} tabIndex={-1}>
            {t('templates.deploy')}
          </Button>
        </Link>
      )}
    </>
  );
}
