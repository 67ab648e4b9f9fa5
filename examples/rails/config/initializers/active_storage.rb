# Without this line the boot stops with `uninitialized constant Aws`: Active Storage requires the gem only when it
# first uses the service.
require "aws-sdk-s3"

ActiveSupport.on_load(:active_storage_blob) { include Scanned }

Rails.application.config.to_prepare do
  # GET and HEAD of an object that is not CLEAN.
  not_clean = [Aws::S3::Errors::AccessDenied, Aws::S3::Errors::Forbidden]
  if Rails.application.config.active_job.queue_adapter == :inline
    # It cannot wait. AfterScanJob starts the analysis anyway.
    ActiveStorage::AnalyzeJob.discard_on(*not_clean)
  else
    # Rails 7.1 has a new name for it, and 7.2 refuses the old one.
    wait = Rails.gem_version < Gem::Version.new("7.1") ? :exponentially_longer : :polynomially_longer
    # With the block the last attempt is no failure: what is never CLEAN is never analyzed.
    ActiveStorage::AnalyzeJob.retry_on(*not_clean, wait: wait, attempts: 8) { |job, error| job.logger.info(error) }
  end
end
