DROP TABLE reminder_choices;
DROP TABLE activity_reminders;
