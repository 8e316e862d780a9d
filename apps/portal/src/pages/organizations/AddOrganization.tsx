import type { AnswerOf } from '@pileus/api';
import { Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import { useLanguage } from '../../i18n/index.ts';
import { markFields } from '../../parts/mark-fields.ts';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { ShownOnce } from '../../parts/ShownOnce.tsx';

interface Given {
  name: string;
  administrator: string;
}

/** Adds an organization with its first administrator, and shows the link that this one signs in by, once. */
export function AddOrganization({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [form] = Form.useForm<Given>();
  const [problem, setProblem] = useState<Error>();
  const [made, setMade] = useState<AnswerOf<'post /organizations'> & Given>();
  const add = useAct('post /organizations', ['get /organizations']);
  const save = async (given: Given) => {
    setProblem(undefined);
    const body = { name: given.name.trim(), administrator: given.administrator.trim() };
    try {
      setMade({ ...(await add.mutateAsync({ body })), ...body });
    } catch (error) {
      if (!markFields(form, error, language, { 'name-taken': 'name' }))
        setProblem(error instanceof Error ? error : new Error(String(error)));
    }
  };
  if (made)
    return (
      <ShownOnce
        title={t('organizations.added', { name: made.name })}
        label={t('access.once.link')}
        text={location.origin + made.link}
        hint={t('access.once.linkHint', { name: made.administrator })}
        onClose={onClose}
      />
    );
  return (
    <Modal
      open
      title={t('organizations.addTitle')}
      onCancel={onClose}
      okText={t('action.add')}
      okButtonProps={{ loading: add.isPending }}
      onOk={() => form.submit()}
    >
      <Form<Given>
        form={form}
        layout="vertical"
        requiredMark={false}
        style={{ paddingTop: 4 }}
        onFinish={(given) => void save(given)}
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
        {problem && <ProblemBox error={problem} />}
        {/* With two fields, Enter needs a button that submits. */}
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}
