-- What a stage asks for before a deal enters, when deals in it are called quiet, what is to be done there.
ALTER TABLE stages ADD COLUMN required_fields TEXT;
ALTER TABLE stages ADD COLUMN rotting_days INTEGER;
ALTER TABLE stages ADD COLUMN guidance TEXT;
ALTER TABLE stages ADD COLUMN colour TEXT;
ALTER TABLE stages ADD COLUMN forecast_category TEXT;

-- Reasons to choose from; without a list any text will do.
ALTER TABLE pipelines ADD COLUMN next_step_required INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pipelines ADD COLUMN win_reason_required INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pipelines ADD COLUMN lost_reasons TEXT;
ALTER TABLE pipelines ADD COLUMN won_reasons TEXT;

-- What a deal says against its stage, and of its end. contact_roles and competitors follow from other tables.
ALTER TABLE deals ADD COLUMN probability INTEGER;
ALTER TABLE deals ADD COLUMN forecast_category TEXT;
ALTER TABLE deals ADD COLUMN won_reason TEXT;
ALTER TABLE deals ADD COLUMN closed_note TEXT;
ALTER TABLE deals ADD COLUMN lost_to_id TEXT;
ALTER TABLE deals ADD COLUMN next_step TEXT;
ALTER TABLE deals ADD COLUMN contact_roles TEXT NOT NULL DEFAULT '[]';
ALTER TABLE deals ADD COLUMN competitors TEXT NOT NULL DEFAULT '[]';

-- Of the amount, what belongs to deals with a chance of their own, and the same times that chance.
ALTER TABLE deal_totals ADD COLUMN own_amount INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deal_totals ADD COLUMN own_weighted INTEGER NOT NULL DEFAULT 0;
