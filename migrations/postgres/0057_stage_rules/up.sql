-- What a stage asks for before a deal enters, when deals in it are called quiet, what is to be done there.
ALTER TABLE stages ADD COLUMN required_fields text;
ALTER TABLE stages ADD COLUMN rotting_days bigint;
ALTER TABLE stages ADD COLUMN guidance text;
ALTER TABLE stages ADD COLUMN colour text COLLATE "C";
ALTER TABLE stages ADD COLUMN forecast_category text COLLATE "C";

-- Reasons to choose from; without a list any text will do.
ALTER TABLE pipelines ADD COLUMN next_step_required boolean NOT NULL DEFAULT false;
ALTER TABLE pipelines ADD COLUMN win_reason_required boolean NOT NULL DEFAULT false;
ALTER TABLE pipelines ADD COLUMN lost_reasons text;
ALTER TABLE pipelines ADD COLUMN won_reasons text;

-- What a deal says against its stage, and of its end. contact_roles and competitors follow from other tables.
ALTER TABLE deals ADD COLUMN probability bigint;
ALTER TABLE deals ADD COLUMN forecast_category text COLLATE "C";
ALTER TABLE deals ADD COLUMN won_reason text COLLATE "C";
ALTER TABLE deals ADD COLUMN closed_note text;
ALTER TABLE deals ADD COLUMN lost_to_id text COLLATE "C";
ALTER TABLE deals ADD COLUMN next_step text COLLATE "C";
ALTER TABLE deals ADD COLUMN contact_roles text NOT NULL DEFAULT '[]';
ALTER TABLE deals ADD COLUMN competitors text NOT NULL DEFAULT '[]';

-- Of the amount, what belongs to deals with a chance of their own, and the same times that chance.
ALTER TABLE deal_totals ADD COLUMN own_amount bigint NOT NULL DEFAULT 0;
ALTER TABLE deal_totals ADD COLUMN own_weighted bigint NOT NULL DEFAULT 0;
