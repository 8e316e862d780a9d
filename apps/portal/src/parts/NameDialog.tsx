import { Form, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/index.ts';
import { markFields } from './mark-fields.ts';
import { ProblemBox } from './ProblemBox.tsx';

export interface NameGiven {
  readonly name: string;
  readonly description: string;
}

/** Asks for the name of something, and where it has one for its description. A name that is taken is told at the field. */
export function NameDialog({
  title,
  ok,
  label,
  hint,
  now,
  hasDescription = false,
  onSave,
  onClose,
}: {
  title: string;
  ok: string;
  /** What the name is of. */
  label: string;
  hint?: ReactNode;
  now?: { readonly name: string; readonly description?: string };
  hasDescription?: boolean;
  onSave: (given: NameGiven) => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [form] = Form.useForm<NameGiven>();
  const [problem, setProblem] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const save = async (given: NameGiven) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onSave({ name: given.name.trim(), description: given.description ?? '' });
      onClose();
    } catch (error) {
      if (!markFields(form, error, language, { 'name-taken': 'name' }))
        setProblem(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      okText={ok}
      okButtonProps={{ loading: busy }}
      onOk={() => form.submit()}
    >
      <Form<NameGiven>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={now ?? {}}
        style={{ paddingTop: 4 }}
        onFinish={(given) => void save(given)}
      >
        <Form.Item
          name="name"
          label={label}
          extra={hint}
          rules={[{ required: true, whitespace: true, message: t('access.nameNeeded') }, { max: 100 }]}
        >
          <Input autoFocus autoComplete="off" />
        </Form.Item>
        {hasDescription && (
          <Form.Item name="description" label={t('common.description')} rules={[{ max: 1000 }]}>
            <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} />
          </Form.Item>
        )}
        {problem && <ProblemBox error={problem} />}
      </Form>
    </Modal>
  );
}
