import { tagOf } from '@pileus/api/client';
import { Button, Form, Input, Select, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useList } from '../../api/query.ts';
import { Copyable } from '../../parts/Copyable.tsx';
import { FormDialog } from '../../parts/FormDialog.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { bodyOf, startOf, type Given } from './method-draft.ts';
import type { Method } from './SignInMethodsPage.tsx';

/** Adds an identity provider or a directory, or changes one; what is secret is entered and never shown. */
export function MethodForm({
  kind,
  method: now,
  onClose,
}: {
  kind: Method['kind'];
  method?: Method;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const add = useAct('post /sign-in-methods', ['get /sign-in-methods']);
  const change = useAct('patch /sign-in-methods/{method}', ['get /sign-in-methods', 'get /sign-in-methods/{method}']);
  // Others may change it while this is open; what is saved rests on what was seen.
  const [method] = useState(now);
  const save = async (given: Given) => {
    const { create, patch } = bodyOf(kind, given, method);
    if (method) await change.mutateAsync({ params: { method: method.id }, body: patch, ifMatch: tagOf(method) });
    else await add.mutateAsync({ body: create });
    onClose();
  };
  const needed = [{ required: true, message: t('methods.needed') }];
  return (
    <FormDialog<Given>
      width={720}
      title={method?.title ?? t(`methods.add.${kind}`)}
      ok={t('methods.save')}
      initial={startOf(kind, method)}
      fields={{ 'name-taken': 'title' }}
      onSave={save}
      onClose={onClose}
    >
      <Form.Item name="title" label={t('methods.name')} rules={needed}>
        <Input autoFocus />
      </Form.Item>
      {kind === 'oidc' ? <OidcFields method={method} /> : <LdapFields method={method} />}
      <Form.Item name="caCertificates" label={t('methods.ca')}>
        <Input.TextArea rows={2} placeholder="-----BEGIN CERTIFICATE-----" />
      </Form.Item>
      {(['makesUsers', 'countsAsTwo', ...(method ? (['isEnabled'] as const) : [])] as const).map((name) => (
        <Form.Item key={name} name={name} label={t(`methods.${name}`)} valuePropName="checked">
          <Switch />
        </Form.Item>
      ))}
      <Mapping />
    </FormDialog>
  );
}

function OidcFields({ method }: { method: Method | undefined }) {
  const { t } = useTranslation();
  const needed = [{ required: true, message: t('methods.needed') }];
  return (
    <>
      {method?.redirectUri && (
        <p style={{ marginBottom: 16 }}>
          {t('methods.redirect')} <Copyable text={method.redirectUri} shown />
        </p>
      )}
      <Form.Item name="address" label={t('methods.issuer')} rules={needed}>
        <Input placeholder="https://id.example.org/realms/staff" />
      </Form.Item>
      <Form.Item name="clientId" label={t('methods.clientId')} rules={needed}>
        <Input />
      </Form.Item>
      <Form.Item name="secret" label={t('methods.secret')} extra={method?.hasSecret && t('methods.secretKept')}>
        <Input.Password autoComplete="off" />
      </Form.Item>
    </>
  );
}

function LdapFields({ method }: { method: Method | undefined }) {
  const { t } = useTranslation();
  const needed = [{ required: true, message: t('methods.needed') }];
  return (
    <>
      <Form.Item name="address" label={t('methods.url')} rules={needed}>
        <Input placeholder="ldaps://dc1.example.org" />
      </Form.Item>
      <Form.Item name="bindDn" label={t('methods.bindDn')} rules={needed}>
        <Input placeholder="cn=reader,dc=example,dc=org" />
      </Form.Item>
      <Form.Item
        name="secret"
        label={t('methods.bindPassword')}
        extra={method && t('methods.secretKept')}
        rules={method ? [] : needed}
      >
        <Input.Password autoComplete="off" />
      </Form.Item>
      <Form.Item name="peopleBase" label={t('methods.peopleBase')} rules={needed}>
        <Input placeholder="ou=people,dc=example,dc=org" />
      </Form.Item>
      <Form.Item
        name="peopleFilter"
        label={t('methods.peopleFilter')}
        rules={[...needed, { pattern: /\{name\}/, message: t('methods.peopleFilter') }]}
      >
        <Input />
      </Form.Item>
      <Form.Item name="groupsBase" label={t('methods.groupsBase')}>
        <Input placeholder="ou=groups,dc=example,dc=org" />
      </Form.Item>
      <Form.Item name="groupsFilter" label={t('methods.groupsFilter')}>
        <Input />
      </Form.Item>
      <Form.Item name="nested" label={t('methods.nested')}>
        <Select
          options={(['walk', 'chain', 'direct'] as const).map((value) => ({
            value,
            label: t(`methods.nestings.${value}`),
          }))}
        />
      </Form.Item>
    </>
  );
}

/** Which groups there are which groups here. */
function Mapping() {
  const { t } = useTranslation();
  const groups = useList('get /groups', {});
  const options = (groups.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <fieldset className="stack" style={{ gap: 8, border: 0, padding: 0 }}>
      <legend>{t('methods.mapping')}</legend>
      <p className="quiet">{t('methods.mappingHint')}</p>
      <Form.List name="groups">
        {(fields, { add, remove }) => (
          <>
            {fields.map(({ key, name }) => (
              <div key={key} className="row">
                <Form.Item name={[name, 'theirs']} noStyle rules={[{ required: true, message: t('methods.needed') }]}>
                  <Input aria-label={t('methods.theirs')} placeholder={t('methods.theirs')} />
                </Form.Item>
                <Form.Item name={[name, 'ours']} noStyle>
                  <Select
                    mode="multiple"
                    aria-label={t('methods.ours')}
                    placeholder={t('methods.ours')}
                    options={options}
                    style={{ minWidth: 240 }}
                  />
                </Form.Item>
                <Button icon={<Icon name="cross" />} aria-label={t('methods.remove')} onClick={() => remove(name)} />
              </div>
            ))}
            <div>
              <Button size="small" icon={<Icon name="plus" />} onClick={() => add({ theirs: '', ours: [] })}>
                {t('methods.addGroup')}
              </Button>
            </div>
          </>
        )}
      </Form.List>
    </fieldset>
  );
}
