# A verdict that was handled.
class Scan < ApplicationRecord
  def self.record(verdict)
    handle(verdict)
    # Also when the message is repeated: the queue may be what failed the first time. The job can be repeated too.
    blob = ActiveStorage::Blob.find_by(key: verdict.key)
    AfterScanJob.perform_later(blob) if blob&.scan_clean?
  end

  # SNS delivers at least once and in any order: a repeated message changes nothing, nor does one that another scan of
  # the same object has overtaken.
  def self.handle(verdict)
    said = { status: verdict.status, finding: verdict.finding, scanned_at: verdict.scanned_at }
    transaction(requires_new: true) do
      create!(scan_id: verdict.scan_id, key: verdict.key, **said)
      blob = ActiveStorage::Blob.lock.find_by(key: verdict.key)
      blob = nil if blob&.scanned_at && blob.scanned_at >= verdict.scanned_at
      blob&.update!(said.transform_keys(status: :scan_status, finding: :scan_finding))
    end
  rescue ActiveRecord::RecordNotUnique
    logger.info("handled before: #{verdict.scan_id}")
  end

  private_class_method :handle
end
