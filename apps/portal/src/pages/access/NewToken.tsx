import type { TFunction } from 'i18next';
import { Form, Input, Radio, Select } from 'antd';
import type { DefaultOptionType } from 'antd/es/select';
import { useTranslation } from 'react-i18next';
import { useText } from '../../i18n/index.ts';
import { FormDialog } from '../../parts/FormDialog.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { dayEnd } from '../operation-log/days.ts';
import { useWords } from '../policies/vocabulary.ts';
import { expiresAt, expiries, type Expiry } from './expiry.ts';
import type { TokenGiven } from './Tokens.tsx';

interface Given {
  name: string;
  scope: 'all' | 'some';
  scopes?: string[];
  expiry: Expiry;
  day?: string;
}

/** Asks what a new token is for, what it may be used for and how long. */
export function NewToken({
  title,
  actions,
  onMake,
  onClose,
}: {
  title: string;
  /** That it can be held to; all there are unless told. */
  actions: readonly string[] | undefined;
  onMake: (given: TokenGiven) => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Given>();
  const scope = Form.useWatch('scope', form);
  const expiry = Form.useWatch('expiry', form);
  const make = async ({ name, scope: held, scopes, expiry: until, day }: Given) => {
    const end = expiresAt(until, dayEnd(day), Date.now());
    await onMake({
      name: name.trim(),
      ...(held === 'some' && scopes && { scopes }),
      ...(end !== undefined && { expiresAt: end }),
    });
    onClose();
  };
  return (
    <FormDialog<Given>
      title={title}
      ok={t('tokens.make')}
      width={620}
      form={form}
      initial={{ scope: 'some', expiry: '90' }}
      onSave={make}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('tokens.name')}
        extra={t('tokens.nameHint')}
        rules={[{ required: true, whitespace: true, message: t('access.nameNeeded') }, { max: 100 }]}
      >
        <Input autoFocus autoComplete="off" />
      </Form.Item>
      <Form.Item name="scope" label={t('tokens.scope')} extra={t('tokens.scopesLimit')}>
        <Radio.Group
          vertical
          options={[
            { value: 'some', label: t('tokens.scopeSome') },
            { value: 'all', label: t('tokens.scopeAll') },
          ]}
        />
      </Form.Item>
      {scope === 'some' && <ScopesField actions={actions} />}
      <Form.Item name="expiry" label={t('tokens.expiry')}>
        <Select options={expiries.map((value) => ({ value, label: expiryTitle(value, t) }))} />
      </Form.Item>
      {expiry === 'day' && (
        <Form.Item name="day" label={t('tokens.day')} rules={[{ validator: isToCome(t('tokens.dayNeeded')) }]}>
          <Input type="date" style={{ width: 180 }} />
        </Form.Item>
      )}
      {expiry === 'never' && (
        <p className="note warn" style={{ marginBottom: 16 }}>
          <Icon name="warning" />
          {t('tokens.neverWarning')}
        </p>
      )}
    </FormDialog>
  );
}

function expiryTitle(expiry: Expiry, t: TFunction): string {
  if (expiry === 'never') return t('tokens.never');
  if (expiry === 'day') return t('tokens.onDay');
  return expiry === '365' ? t('tokens.year') : t('tokens.days', { count: Number(expiry) });
}

function isToCome(message: string) {
  return async (_: unknown, day: string | undefined) => {
    const end = dayEnd(day);
    if (end === undefined || Date.parse(end) <= Date.now()) throw new Error(message);
  };
}

/** Single actions, and patterns that mean several. */
function ScopesField({ actions }: { actions: readonly string[] | undefined }) {
  const { t } = useTranslation();
  const say = useText();
  const words = useWords();
  const offered = (words?.actions ?? []).filter(({ name }) => !actions || actions.includes(name));
  const kinds = (words?.kinds ?? []).filter(({ name }) => offered.some(({ kind }) => kind === name));
  const prefixes = [...new Set(offered.map(({ name }) => name.split('.')[0] ?? name))];
  const titleOf = (prefix: string) => {
    const kind = kinds.find(({ name }) => name === prefix);
    return kind ? say(kind.title) : prefix;
  };
  const options: DefaultOptionType[] = [
    {
      label: t('tokens.patterns'),
      options: [
        { value: '*.read', label: `*.read · ${t('tokens.readOnly')}` },
        ...prefixes.map((prefix) => ({
          value: `${prefix}.*`,
          label: `${prefix}.* · ${t('tokens.wholeKind', { kind: titleOf(prefix) })}`,
        })),
      ],
    },
    ...kinds.map(({ name, title }) => ({
      label: say(title),
      options: offered
        .filter(({ kind }) => kind === name)
        .map((action) => ({ value: action.name, label: `${action.name} · ${say(action.title)}` })),
    })),
  ];
  return (
    <Form.Item
      name="scopes"
      label={t('tokens.scopes')}
      rules={[{ required: true, type: 'array', min: 1, message: t('tokens.scopesNeeded') }]}
    >
      <Select
        mode="multiple"
        placeholder={t('tokens.scopesHint')}
        showSearch={{
          // A heading that fits brings all of its actions.
          filterOption: (typed, option) =>
            typeof option?.label === 'string' && option.label.toLowerCase().includes(typed.toLowerCase()),
        }}
        tagRender={({ value, onClose, closable }) => (
          <span className="chip scope" style={{ margin: 2 }}>
            <code>{String(value)}</code>
            {closable && (
              <button
                type="button"
                className="icon-button"
                style={{ width: 18, height: 18, verticalAlign: 'middle' }}
                aria-label={t('tokens.revokeNamed', { name: String(value) })}
                onClick={onClose}
              >
                <Icon name="cross" size={12} />
              </button>
            )}
          </span>
        )}
        options={options}
      />
    </Form.Item>
  );
}
