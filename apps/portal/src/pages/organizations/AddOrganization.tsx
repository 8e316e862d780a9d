import type { AnswerOf } from '@pileus/api';
import { Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import { FormDialog } from '../../parts/FormDialog.tsx';
import { SignInLink } from '../access/SignInLink.tsx';

interface Given {
  name: string;
  administrator: string;
}

/** Adds an organization with its first administrator, and shows the link that this one signs in by, once. */
export function AddOrganization({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<AnswerOf<'post /organizations'> & Given>();
  const add = useAct('post /organizations', ['get /organizations']);
  const save = async (given: Given) => {
    const body = { name: given.name.trim(), administrator: given.administrator.trim() };
    setMade({ ...(await add.mutateAsync({ body })), ...body });
  };
  if (made)
    return (
      <SignInLink
        name={made.administrator}
        link={made.link}
        title={t('organizations.added', { name: made.name })}
        onClose={onClose}
      />
    );
  return (
    <FormDialog<Given>
      title={t('organizations.addTitle')}
      ok={t('action.add')}
      fields={{ 'name-taken': 'name' }}
      onSave={save}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('organizations.name')}
        rules={[{ required: true, whitespace: true, message: t('access.nameNeeded') }, { max: 100 }]}
      >
        <Input autoFocus autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="administrator"
        label={t('organizations.administrator')}
        extra={t('organizations.administratorHint')}
        rules={[{ required: true, whitespace: true, message: t('organizations.administratorNeeded') }, { max: 100 }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
    </FormDialog>
  );
}
