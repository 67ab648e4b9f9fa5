class AddScans < ActiveRecord::Migration[6.1]
  def change
    change_table :active_storage_blobs do |t|
      t.string :scan_status, null: false, default: "pending"
      t.string :scan_finding
      t.datetime :scanned_at, precision: 6
    end

    # One row for each verdict that was handled.
    create_table :scans do |t|
      t.string :scan_id, null: false
      t.string :key, null: false, index: true
      t.string :status, null: false
      t.string :finding
      t.datetime :scanned_at, precision: 6, null: false
      t.index %i[scan_id status], unique: true
    end
  end
end
