# A verdict that was handled.
class Scan < ApplicationRecord
  # SNS delivers at least once and in any order: a repeated message changes nothing, nor does one that another scan of
  # the same object has overtaken.
  #
  # @return whether the message was new
  def self.record(verdict)
    said = { status: verdict.status, finding: verdict.finding, scanned_at: verdict.scanned_at }
    blob = nil
    transaction(requires_new: true) do
      create!(scan_id: verdict.scan_id, key: verdict.key, **said)
      blob = ActiveStorage::Blob.lock.find_by(key: verdict.key)
      blob = nil if blob&.scanned_at && blob.scanned_at >= verdict.scanned_at
      blob&.update!(said.transform_keys(status: :scan_status, finding: :scan_finding))
    end
    AfterScanJob.perform_later(blob) if blob&.scan_clean?
    true
  rescue ActiveRecord::RecordNotUnique
    false
  end
end
