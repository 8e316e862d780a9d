import './deployments.css';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAct, useList, useRead } from '../../api/query.ts';
import type { Account, Template, Variant } from '../../api/types.ts';
import { useLanguage, useText } from '../../i18n/index.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { markFields } from '../../parts/mark-fields.ts';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { fieldsOf } from '../../parts/schema/fields.ts';
import { given, type Held, startOf } from '../../parts/schema/value-or-secret.ts';
import { Simulated } from '../../parts/Simulated.tsx';
import { StateTag } from '../../parts/StateTag.tsx';
import { FieldsOrSecrets } from '../secrets/FieldsOrSecrets.tsx';
import { useProviderTitle } from '../clouds/provider-title.ts';
import { tagsWritten } from './tags.ts';
import { TagsField } from './TagsField.tsx';
import { variantFor } from './variant.ts';

const route = getRouteApi('/inside/deployments/new');

export default function NewDeploymentPage() {
  const { t } = useTranslation();
  const { template: templateId, account: accountId } = route.useSearch();
  const detail = useRead(
    'get /templates/{template}',
    { params: { template: templateId ?? '' } },
    { enabled: templateId !== undefined },
  );
  const accounts = useList('get /accounts', {});
  const template = templateId === undefined ? undefined : detail.data;
  const fitting = accounts.items?.filter((account) => template && variantFor(template.variants, account.provider));
  const account = fitting?.find((one) => one.id === accountId) ?? (fitting?.length === 1 ? fitting[0] : undefined);
  const variant = template && account && variantFor(template.variants, account.provider);
  return (
    <Page
      title={t('newDeployment.title')}
      up={{ to: '/deployments', title: t('deployments.title') }}
      hint={t('newDeployment.planHint')}
      width="narrow"
    >
      <ChooseTemplate chosen={templateId} />
      {detail.error && templateId && <ProblemBox error={detail.error} />}
      {template && <ChooseAccount of={fitting} chosen={account?.id} variant={variant} />}
      {template && account && variant && (
        <InputsForm key={`${template.id}/${variant.name}`} template={template} variant={variant} account={account} />
      )}
    </Page>
  );
}

function ChooseTemplate({ chosen }: { chosen: string | undefined }) {
  const { t } = useTranslation();
  const text = useText();
  const navigate = route.useNavigate();
  const templates = useList('get /templates', {});
  const choose = (template: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, template }), replace: true });
  const one = templates.items?.find((template) => template.id === chosen);
  const change = one && (
    <Button size="small" onClick={() => choose(undefined)}>
      {t('newDeployment.change')}
    </Button>
  );
  return (
    <Panel title={t('newDeployment.template')} aside={change}>
      {templates.error && <ProblemBox error={templates.error} retry={() => void templates.refetch()} />}
      {templates.isPending && <Bones lines={2} />}
      {templates.items?.length === 0 && (
        <Nothing icon="template" text={t('newDeployment.noTemplate')}>
          <Link to="/templates/import">{t('import.title')}</Link>
        </Nothing>
      )}
      {one ? (
        <TemplateLine template={one} />
      ) : (
        <div className="choose" role="radiogroup" aria-label={t('newDeployment.template')}>
          {templates.items?.map((template) => (
            <button
              key={template.id}
              type="button"
              role="radio"
              aria-checked={false}
              className="card"
              onClick={() => choose(template.id)}
            >
              <span className="title">{text(template.title)}</span>
              <span className="text">{text(template.description)}</span>
            </button>
          ))}
        </div>
      )}
    </Panel>
  );
}

function TemplateLine({ template }: { template: Template }) {
  const text = useText();
  return (
    <div className="main-cell">
      <Link to="/templates/$template" params={{ template: template.id }} style={{ fontWeight: 550 }}>
        {text(template.title)}
      </Link>
      <span className="quiet">{text(template.description)}</span>
    </div>
  );
}

function ChooseAccount({
  of,
  chosen,
  variant,
}: {
  of: readonly Account[] | undefined;
  chosen: string | undefined;
  variant: Variant | undefined;
}) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const titleOf = useProviderTitle();
  const hint = variant && (
    <span className="quiet" style={{ fontSize: 13 }}>
      {t('template.variant')} · {variant.name}
    </span>
  );
  return (
    <Panel title={t('newDeployment.where')} aside={hint}>
      {!of && <Bones lines={2} />}
      {of?.length === 0 && (
        <Nothing icon="cloud" text={t('newDeployment.noAccount')}>
          <Link to="/clouds/new">{t('addCloud.title')}</Link>
        </Nothing>
      )}
      <div className="choose" role="radiogroup" aria-label={t('newDeployment.account')}>
        {of?.map((account) => (
          <button
            key={account.id}
            type="button"
            role="radio"
            aria-checked={account.id === chosen}
            className="card"
            onClick={() => void navigate({ search: (before) => ({ ...before, account: account.id }), replace: true })}
          >
            <span className="row">
              <Icon name="cloud" size={18} />
              <span className="title ellipsis">{account.name}</span>
              <Simulated when={account.simulated} />
            </span>
            <span className="row text">
              {titleOf(account.provider)} <StateTag state={account.health.is} bare />
            </span>
          </button>
        ))}
      </div>
    </Panel>
  );
}

interface FormValues extends Pick<Held, 'secrets' | 'from'> {
  readonly name: string;
  readonly tags?: readonly string[];
  readonly inputs?: Readonly<Record<string, unknown>>;
}

function InputsForm({ template, variant, account }: { template: Template; variant: Variant; account: Account }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = route.useNavigate();
  const [form] = Form.useForm<FormValues>();
  const plan = useAct('post /plans');
  const fields = fieldsOf(variant.inputs, language);
  const start = startOf(fields);
  const values = Form.useWatch<FormValues['inputs']>('inputs', { form, preserve: true }) ?? start.values;
  const make = async ({ name, tags = [], ...all }: FormValues) => {
    const { values: inputs, secrets } = given(fields, { ...all, values: all.inputs });
    const made = await plan.mutateAsync({
      body: {
        template: template.id,
        version: template.version,
        variant: variant.name,
        account: account.id,
        name,
        inputs,
        ...(Object.keys(secrets).length > 0 && { secrets }),
        tags: tagsWritten(tags),
      },
    });
    await navigate({ to: '/plans/$plan', params: { plan: made.id } });
  };
  return (
    <Form<FormValues>
      form={form}
      layout="vertical"
      className="stack"
      scrollToFirstError
      initialValues={{ inputs: start.values, secrets: start.secrets, from: start.from }}
      onFinish={(all) => void make(all).catch((error: unknown) => markFields(form, error, language))}
    >
      <Panel title={t('newDeployment.inputs')}>
        <div className="fields">
          <Form.Item
            name="name"
            label={t('newDeployment.name')}
            rules={[{ required: true, message: t('form.required', { label: t('newDeployment.name') }) }, { max: 100 }]}
          >
            <Input placeholder={t('newDeployment.nameHint')} autoComplete="off" />
          </Form.Item>
          <TagsField name="tags" />
        </div>
        {fields.length > 0 ? (
          <FieldsOrSecrets form={form} fields={fields} values={values} below="inputs" />
        ) : (
          <p className="quiet">{t('newDeployment.noInputs')}</p>
        )}
      </Panel>
      {plan.error && <ProblemBox error={plan.error} />}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={plan.isPending}>
          {t('newDeployment.makePlan')}
        </Button>
        <span className="quiet">{t('newDeployment.planHint')}</span>
      </div>
    </Form>
  );
}
